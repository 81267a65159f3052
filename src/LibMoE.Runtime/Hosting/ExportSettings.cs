namespace LibMoE.Runtime;

/// <summary>What the verb <c>export</c> does; configuration section <c>Export</c>.</summary>
public sealed record ExportSettings
{
    /// <summary>The model's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>What is written; a <see cref="Folder"/> that ends in <c>.gguf</c> is a GGUF file, whatever this says.</summary>
    public ExportFormat Format { get; init; } = ExportFormat.HuggingFace;

    /// <summary>The folder that is written; it must hold no model. Of a GGUF file, its name, or a folder for <c>model.gguf</c>.</summary>
    public string Folder { get; init; } = "";

    /// <summary>See <see cref="GgufOptions.Type"/>.</summary>
    public GgufType Type { get; init; } = GgufType.F32;

    /// <summary>See <see cref="ExportOptions.Architecture"/> and <see cref="GgufOptions.Architecture"/>; empty takes the first that
    /// fits.</summary>
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

/// <summary>What the verb <c>export</c> writes.</summary>
public enum ExportFormat
{
    /// <summary>A folder for Hugging Face's libraries: <see cref="HuggingFaceExport"/>.</summary>
    HuggingFace,

    /// <summary>A file for llama.cpp and what reads its files: <see cref="GgufExport"/>.</summary>
    Gguf,
}
