using System.Net;

namespace LibMoE.Runtime.Checkpoints.Hub;

/// <summary>Says why a hub refuses, in terms of what can be done about it.</summary>
internal static class HubRefusal
{
    /// <summary>The header that says which refusal it is; servers that do not send it are believed by their status.</summary>
    public const string Code = "X-Error-Code";

    /// <summary>The sentence.</summary>
    public static string Of(HubSettings settings, HubAddress address, HttpStatusCode status, string? code) => (code, status) switch
    {
        ("GatedRepo", _) => $"{address.Id} is gated: its terms have to be accepted at {settings.Endpoint.Host} first, {ByToken(settings)}.",
        ("RevisionNotFound", _) =>
            $"{address.Id} has no revision '{address.Revision ?? HubFolder.Main}'; name a commit, branch or tag of it.",
        ("EntryNotFound", _) => $"{address} is not a file of the model.",
        (_, HttpStatusCode.Forbidden) =>
            $"{settings.Endpoint.Host} does not let this account read {address.Id} (403), {ByToken(settings)}.",
        _ => $"{settings.Endpoint.Host} has no model {address.Id} with a revision '{address.Revision ?? HubFolder.Main}' ({(int)status}), "
            + $"or it is private, {ByToken(settings)}.",
    };

    private static string ByToken(HubSettings settings) => settings switch
    {
        { Token: null } => "and HF_TOKEN is not set; set it to a token of an account that may read it",
        { Endpoint: { Scheme: "http", IsLoopback: false } } => "and HF_TOKEN is not sent over http; use an https address in HF_ENDPOINT",
        _ => "and HF_TOKEN is of an account that may not read it",
    };
}
