using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary>The header <c>X-LibMoE-Experts: true</c> asks which experts worked on each token. It is this server's own.</summary>
internal static class ExpertsHeader
{
    private const string Name = "X-LibMoE-Experts";

    /// <summary>Whether a request asks for experts.</summary>
    /// <exception cref="RequestRefusedException">The header is neither true nor false.</exception>
    public static bool IsSet(HttpRequest request) => request.Headers[Name].ToString() switch
    {
        "" => false,
        var value when bool.TryParse(value, out var set) => set,
        _ => throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"{Name} must be true or false."),
    };

    /// <summary>The experts of tokens; null where they were not asked for.</summary>
    public static IReadOnlyList<TokenExperts>? Of(TextRequest request, TextPiece piece) =>
        request.Experts ? [.. piece.Tokens.Select(token => new TokenExperts(token.Text, token.Experts))] : null;
}
