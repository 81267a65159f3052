using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Writes a model for the tools of others: Hugging Face's libraries, or llama.cpp.</summary>
internal sealed class ExportVerb(ExportSettings settings, IEnumerable<MoeVariant> declared, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "export";

    /// <inheritdoc />
    public static string Description =>
        "Writes a model as a Hugging Face folder or a GGUF file, in the architecture that computes the same; refuses where there is none.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Export:Model", "PATH", "A checkpoint, run, llama2.c or GGUF file or Hugging Face folder."),
        new("--to", "Export:Folder", "PATH", "The folder to write, which must hold no model, or a file that ends in .gguf."),
        new("--format", "Export:Format", "FORMAT", "HuggingFace, or Gguf. [default: HuggingFace]"),
        new("--type", "Export:Type", "TYPE", "Of a GGUF file's matrices: F32, F16, BF16 or Q8_0. [default: F32]"),
        new("--architecture", "Export:Architecture", "TYPE", "The architecture, such as mixtral. [default: the first that fits]"),
        new("--experts", "Export:Experts", "KIND", "PerExpert: matrices for each expert, or Fused: stacks of all. [default: PerExpert]"),
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => Task.Run(Run, stop);

    private int Run()
    {
        Require(settings.Model, "Export:Model", "the path of a model");
        Require(settings.Folder, "Export:Folder", "a folder to write");
        using var loaded = ModelLoader.Load(settings.Model, [.. declared]);
        var architecture = settings.Architecture.Length > 0 ? settings.Architecture : null;
        var (written, to) = IsFile || settings.Format == ExportFormat.Gguf ? Gguf(loaded, architecture) : Folder(loaded, architecture);
        if (loaded.SkippedNote is { } note)
        {
            console.WriteLine(note);
        }

        console.WriteLine($"{loaded.Name} written as {written} to {to}");
        return ExitCode.Done;
    }

    private bool IsFile => settings.Folder.EndsWith(GgufFile.Extension, StringComparison.OrdinalIgnoreCase);

    private (string Architecture, string Path) Gguf(LoadedModel loaded, string? architecture)
    {
        var path = IsFile ? settings.Folder : Path.Combine(settings.Folder, "model" + GgufFile.Extension);
        var options = new GgufOptions { Architecture = architecture, Type = settings.Type, Name = loaded.Name };
        return (GgufExport.Save(loaded.Model, loaded.Tokenizer, path, options), path);
    }

    private (string Architecture, string Path) Folder(LoadedModel loaded, string? architecture)
    {
        var options = new ExportOptions { Architecture = architecture, Experts = settings.Experts };
        return (HuggingFaceExport.Save(loaded.Model, settings.Folder, options, loaded.Tokenizer), settings.Folder);
    }

    private static void Require(string value, string key, string what)
    {
        if (value.Length == 0)
        {
            throw new ConfigurationException($"{key} is empty; it must be {what}.");
        }
    }
}
