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
}
