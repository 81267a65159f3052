using System.Globalization;
using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary>
/// The header <c>X-LibMoE-Veto: 3, 1:5</c> takes experts away from a request's tokens (expert 3 of every MoE layer, expert 5 of layer 1),
/// and <c>X-LibMoE-Reason</c> says why. Both are this server's own.
/// </summary>
internal static class VetoHeaders
{
    /// <summary>The header of the answer with the number of the entry in the audit log.</summary>
    public const string Entry = "X-LibMoE-Audit";

    private const string Veto = "X-LibMoE-Veto";
    private const string Reason = "X-LibMoE-Reason";
    private const int LongestReason = 500;

    /// <summary>The veto of a request; null where it has none.</summary>
    /// <exception cref="RequestRefusedException">Vetoes are not taken, or this one is not whole.</exception>
    public static VetoOrder? Of(HttpContext context, ServedModel served)
    {
        var headers = context.Request.Headers;
        if (!headers.TryGetValue(Veto, out var listed))
        {
            Require(!headers.ContainsKey(Reason), $"{Reason} needs {Veto}.");
            return null;
        }

        if (served.Audit is null)
        {
            throw new RequestRefusedException(
                StatusCodes.Status403Forbidden, "Vetoes are not taken here: there is no audit log (Serving:AuditLog).", code: "vetoes_off");
        }

        var reason = headers[Reason].ToString().Trim();
        Require(reason.Length is > 0 and <= LongestReason, $"{Veto} needs {Reason} with up to {LongestReason} characters.");
        Require(!served.HoldsKey(reason), $"{Reason} holds a key, which must not be written down.");
        var vetoes = listed.ToString().Split(',', StringSplitOptions.TrimEntries).Select(Parse).ToList();
        if (ExpertVetoes.Problems(served.Model, vetoes) is [var problem, ..])
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, problem, Veto, "invalid_value");
        }

        return new VetoOrder(vetoes, ApiKeyCheck.WhoAsks(context), reason);
    }

    private static ExpertVeto Parse(string text)
    {
        var numbers = text.Split(':').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        Require(
            numbers.Count is 1 or 2 && numbers.All(number => number >= 0),
            $"{Veto} must list experts such as 3, of every MoE layer, or 1:3, of layer 1, separated by commas.");
        return new ExpertVeto(numbers[^1], numbers.Count == 2 ? numbers[0] : null);
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, problem, Veto, "invalid_value");
        }
    }
}
