using System.Text;
using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Hosting.Exports;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Writes a model for the tools of others: Hugging Face's libraries, or llama.cpp.</summary>
internal sealed class ExportVerb(
    ExportSettings settings, IEnumerable<MoeVariant> declared, PublishedModels published, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "export";

    /// <inheritdoc />
    public static string Description =>
        "Writes a model as a Hugging Face folder with a model card or as a GGUF file, in the architecture that computes the same; refuses "
            + "where there is none.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Export:Model", "PATH", VerbOptions.ModelPath),
        new("--to", "Export:Folder", "PATH", "The folder to write, which must hold no model, or a file that ends in .gguf."),
        new("--format", "Export:Format", "FORMAT", "HuggingFace, or Gguf. [default: HuggingFace]"),
        new("--type", "Export:Type", "TYPE", "Of a GGUF file's matrices: F32, F16, BF16 or Q8_0. [default: F32]"),
        new("--architecture", "Export:Architecture", "TYPE", "The architecture, such as mixtral. [default: the first that fits]"),
        new("--experts", "Export:Experts", "KIND", "PerExpert: matrices for each expert, or Fused: stacks of all. [default: PerExpert]"),
        new("--license", "Export:License", "ID",
            "The licence in the model card, as hubs name it, such as apache-2.0. [default: that of the model's own card, or unknown]"),
        new("--base-model", "Export:BaseModel", "OWNER/NAME",
            "The published model that it was made of, for the card. [default: what the run knows]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(settings.Model, "Export:Model", "the path of a model");
        RequiredSetting.Check(settings.Folder, "Export:Folder", "a folder to write");
        var (path, named) = await published.FindAsync(settings.Model, stop).ConfigureAwait(false);
        return await Task.Run(() => Run(path, named), stop).ConfigureAwait(false);
    }

    private int Run(string path, string named)
    {
        using var loaded = ModelLoader.Load(path, [.. declared]);
        console.WriteNotes(loaded);
        var wanted = settings.Architecture.Length > 0 ? settings.Architecture : null;
        if (IsFile || settings.Format == ExportFormat.Gguf)
        {
            return Gguf(loaded, wanted);
        }

        var architecture = HuggingFaceExport.Save(
            loaded.Model,
            settings.Folder,
            new ExportOptions { Architecture = wanted, Experts = settings.Experts },
            loaded.Tokenizer);
        var card = Card(path, named, loaded, architecture);
        DiskFiles.Instance.WriteAtomically(Path.Combine(settings.Folder, ModelCard.FileName), Encoding.UTF8.GetBytes(card.ToText()));
        if (DataSheet.Of(card.Evidence, card.Tokenizer) is { } sheet)
        {
            DiskFiles.Instance.WriteAtomically(Path.Combine(settings.Folder, DataSheet.FileName), Encoding.UTF8.GetBytes(sheet));
        }

        console.WriteLine($"{loaded.Name} written as {architecture} to {settings.Folder}");
        if (card.Licence == CardLicence.Unknown)
        {
            console.WriteLine($"Its card, {ModelCard.FileName}, says that its licence is unknown; --license states one.");
        }

        return ExitCode.Done;
    }

    private bool IsFile => settings.Folder.EndsWith(GgufFile.Extension, StringComparison.OrdinalIgnoreCase);

    private int Gguf(LoadedModel loaded, string? architecture)
    {
        var path = IsFile ? settings.Folder : Path.Combine(settings.Folder, "model" + GgufFile.Extension);
        var options = new GgufOptions { Architecture = architecture, Type = settings.Type, Name = loaded.Name };
        console.WriteLine($"{loaded.Name} written as {GgufExport.Save(loaded.Model, loaded.Tokenizer, path, options)} to {path}");
        if (GgufRotary.Caution(loaded.Model.Config) is { } caution)
        {
            console.WriteLine(caution);
        }

        return ExitCode.Done;
    }

    private ModelCard Card(string path, string named, LoadedModel loaded, string architecture)
    {
        var (evidence, declaration) = (CardEvidence.Of(path, loaded.Sha256), loaded.Variant?.Declaration);
        return new ModelCard
        {
            Name = loaded.Name,
            Architecture = architecture,
            Parameters = (ModelCost.TotalParameters(loaded.Model.Config, declaration),
                ModelCost.ActiveParameters(loaded.Model.Config, declaration)),
            Declaration = declaration,
            Tokenizer = TokenizerIdentity.Of(loaded.Tokenizer),
            Licence = CardLicence.Of(settings, path),
            BaseModel = settings.BaseModel.Length > 0 ? settings.BaseModel
                : HubAddress.IsAddress(named) ? HubAddress.Parse(named).Id
                : evidence.BaseModel,
            Source = (named, loaded.Sha256),
            Evidence = evidence,
            Files = [.. DiskFiles.Instance.List(settings.Folder)
                .Where(file => file.Kind == RunEntryKind.File && file.Name != ModelCard.FileName)
                .Select(file => new WrittenFile(
                    file.Name, file.Length, DiskFiles.Instance.Sha256(Path.Combine(settings.Folder, file.Name))))],
        };
    }
}
