namespace LibMoE.Runtime.Reporting.Report.Page;

/// <summary>What is around a report on its page, where it is not the file on a disk.</summary>
internal sealed record PageFrame
{
    /// <summary>The content security policy; the default forbids every request.</summary>
    public string Policy { get; init; } = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; "
        + "base-uri 'none'; form-action 'none'";

    /// <summary>A word that the policy asks of scripts; empty where it asks none.</summary>
    public string Nonce { get; init; } = "";

    /// <summary>HTML above the report.</summary>
    public string Lead { get; init; } = "";

    /// <summary>Styles after the page's own.</summary>
    public string ExtraStyle { get; init; } = "";

    /// <summary>Script that runs after the page's own.</summary>
    public string ExtraScript { get; init; } = "";
}
