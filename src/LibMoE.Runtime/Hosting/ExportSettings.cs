namespace LibMoE.Runtime;

/// <summary>What the verb <c>export</c> does; configuration section <c>Export</c>.</summary>
public sealed record ExportSettings
{
    /// <summary>The model's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>The folder that is written; it must hold no model.</summary>
    public string Folder { get; init; } = "";

    /// <summary>See <see cref="ExportOptions.Architecture"/>; empty takes the first that fits.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>See <see cref="ExportOptions.Experts"/>.</summary>
    public ExpertStorage Experts { get; init; } = ExpertStorage.PerExpert;

    /// <summary>The licence in the model card, as hubs name it, such as <c>apache-2.0</c>; empty takes that of the card beside the model,
    /// or says that it is unknown.</summary>
    public string License { get; init; } = "";

    /// <summary>The name of a licence that hubs have no name for.</summary>
    public string LicenseName { get; init; } = "";

    /// <summary>Where the licence's text is.</summary>
    public string LicenseLink { get; init; } = "";

    /// <summary>The published model that it was made of, as <c>owner/name</c>; empty takes what the run knows.</summary>
    public string BaseModel { get; init; } = "";
}
