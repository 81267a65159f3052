using LibMoE.Runtime;
using LibMoE.Serving.Engine;
using LibMoE.Serving.Http;
using LibMoE.Serving.Texts;
using Microsoft.AspNetCore.Http;

namespace LibMoE.Serving.OpenAi;

/// <summary>
/// The header <c>X-LibMoE-Veto: 3, 1:5</c> takes experts away from a request's tokens (expert 3 of every MoE layer, expert 5 of layer 1),
/// <c>X-LibMoE-Force</c> has every token pick some, and <c>X-LibMoE-Reason</c> says why. They are this server's own.
/// </summary>
internal static class OrderHeaders
{
    /// <summary>The header of the answer with the number of the entry in the audit log.</summary>
    public const string Entry = "X-LibMoE-Audit";

    private const string Veto = "X-LibMoE-Veto";
    private const string Force = "X-LibMoE-Force";
    private const string Reason = "X-LibMoE-Reason";
    private const int LongestReason = 500;

    /// <summary>The order of a request; null where it has none.</summary>
    /// <exception cref="RequestRefusedException">Orders are not taken, or this one is not whole.</exception>
    public static SignedOrder? Of(HttpContext context, ServedModel served)
    {
        var headers = context.Request.Headers;
        var named = new[] { Veto, Force }.FirstOrDefault(headers.ContainsKey);
        if (named is null)
        {
            Require(!headers.ContainsKey(Reason), Veto, $"{Reason} needs {Veto} or {Force}.");
            return null;
        }

        if (served.Audit is null)
        {
            throw new RequestRefusedException(
                StatusCodes.Status403Forbidden,
                "Vetoes and forced experts are not taken here: there is no audit log (Serving:AuditLog).", code: "vetoes_off");
        }

        var reason = headers[Reason].ToString().Trim();
        Require(reason.Length is > 0 and <= LongestReason, named, $"{named} needs {Reason} with up to {LongestReason} characters.");
        Require(!served.HoldsKey(reason), named, $"{Reason} holds a key, which must not be written down.");
        var order = new ExpertOrder { Vetoed = Names(headers, Veto), Forced = Names(headers, Force) };
        if (ExpertOrders.Problems(served.Model, order) is [var problem, ..])
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, problem, named, "invalid_value");
        }

        return new SignedOrder(order, ApiKeyCheck.WhoAsks(context), reason);
    }

    private static IReadOnlyList<ExpertName> Names(IHeaderDictionary headers, string header)
    {
        if (!headers.TryGetValue(header, out var listed))
        {
            return [];
        }

        var names = ExpertName.TryParse(listed.ToString());
        Require(
            names is not null, header,
            $"{header} must list experts such as 3, of every MoE layer, or 1:3, of layer 1, separated by commas.");
        return names!;
    }

    private static void Require(bool holds, string header, string problem)
    {
        if (!holds)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, problem, header, "invalid_value");
        }
    }
}
