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

    /// <summary>See <see cref="ExportOptions.Architecture"/> and <see cref="GgufOptions.Architecture"/>; empty takes the first that
    /// fits.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>See <see cref="ExportOptions.Experts"/>.</summary>
    public ExpertStorage Experts { get; init; } = ExpertStorage.PerExpert;

    /// <summary>See <see cref="GgufOptions.Type"/>.</summary>
    public GgufType Type { get; init; } = GgufType.F32;
}

/// <summary>What the verb <c>export</c> writes.</summary>
public enum ExportFormat
{
    /// <summary>A folder for Hugging Face's libraries: <see cref="HuggingFaceExport"/>.</summary>
    HuggingFace,

    /// <summary>A file for llama.cpp and what reads its files: <see cref="GgufExport"/>.</summary>
    Gguf,
}
