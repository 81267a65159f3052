using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Writes a model for Hugging Face's libraries.</summary>
internal sealed class ExportVerb(ExportSettings settings, IEnumerable<MoeVariant> declared, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "export";

    /// <inheritdoc />
    public static string Description =>
        "Writes a model as a Hugging Face folder, in the architecture that computes the same; refuses where there is none.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Export:Model", "PATH", "A checkpoint, run, llama2.c file or Hugging Face folder."),
        new("--to", "Export:Folder", "FOLDER", "The folder to write; it must hold no model."),
        new("--architecture", "Export:Architecture", "TYPE", "The model_type, such as mixtral. [default: the first that fits]"),
        new("--experts", "Export:Experts", "KIND", "PerExpert: matrices for each expert, or Fused: stacks of all. [default: PerExpert]"),
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop) => Task.Run(Run, stop);

    private int Run()
    {
        Require(settings.Model, "Export:Model", "the path of a model");
        Require(settings.Folder, "Export:Folder", "a folder to write");
        using var loaded = ModelLoader.Load(settings.Model, [.. declared]);
        console.WriteNotes(loaded);
        var architecture = HuggingFaceExport.Save(
            loaded.Model,
            settings.Folder,
            new ExportOptions
            {
                Architecture = settings.Architecture.Length > 0 ? settings.Architecture : null,
                Experts = settings.Experts
            },
            loaded.Tokenizer);
        console.WriteLine($"{loaded.Name} written as {architecture} to {settings.Folder}");
        return ExitCode.Done;
    }

    private static void Require(string value, string key, string what)
    {
        if (value.Length == 0)
        {
            throw new ConfigurationException($"{key} is empty; it must be {what}.");
        }
    }
}
