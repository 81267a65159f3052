using System.Globalization;
using System.Text;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Hosting.Exports;

/// <summary>
/// The card of an exported model, as hubs read it: fields between two lines <c>---</c> (YAML; licence, base model, and scores as
/// <c>model-index</c>), then the same and more for people. What is not known is said to be unknown.
/// </summary>
internal sealed record ModelCard
{
    /// <summary>The card's name in a model's folder.</summary>
    public const string FileName = "README.md";

    /// <summary>What people call the model.</summary>
    public required string Name { get; init; }

    /// <summary>The <c>model_type</c> that it is written as.</summary>
    public required string Architecture { get; init; }

    /// <summary>Parameters, and those active for a token.</summary>
    public required (long Total, long Active) Parameters { get; init; }

    /// <summary>The mixture in its blocks; null for a dense model.</summary>
    public MoeDeclaration? Declaration { get; init; }

    /// <summary>Its tokenizer.</summary>
    public required TokenizerIdentity Tokenizer { get; init; }

    /// <summary>Its licence.</summary>
    public required CardLicence Licence { get; init; }

    /// <summary>The published model that it was made of, owner and name; null for none.</summary>
    public string? BaseModel { get; init; }

    /// <summary>What it was loaded from: an address, or the name of a file or folder, and SHA-256 of the weights there.</summary>
    public required (string From, string Sha256) Source { get; init; }

    /// <summary>What its run knows.</summary>
    public required CardEvidence Evidence { get; init; }

    /// <summary>The files beside the card.</summary>
    public required IReadOnlyList<WrittenFile> Files { get; init; }

    /// <summary>The text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var line in Fields().Concat(Body()))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private IEnumerable<string> Fields()
    {
        yield return "---";
        yield return $"license: {Quoted(Licence.Id)}";
        if (Licence.Name is { } name)
        {
            yield return $"license_name: {Quoted(name)}";
        }

        if (Licence.Link is { } link)
        {
            yield return $"license_link: {Quoted(link)}";
        }

        if (BaseModel is { } made)
        {
            yield return $"base_model: {Quoted(made)}";
        }

        yield return "library_name: transformers";
        yield return "pipeline_tag: text-generation";
        yield return "tags:";
        foreach (var tag in new[] { "libmoe", Architecture }.Concat(Declaration is null ? [] : ["mixture-of-experts"]))
        {
            yield return $"- {Quoted(tag)}";
        }

        if (Evidence.Evaluation is { Tasks.Count: > 0 } evaluation)
        {
            yield return "model-index:";
            yield return $"- name: {Quoted(Name)}";
            yield return "  results:";
            foreach (var task in evaluation.Tasks)
            {
                yield return "  - task:";
                yield return "      type: text-generation";
                yield return "    dataset:";
                yield return $"      name: {Quoted(task.Title)}";
                yield return $"      type: {Quoted(task.Task)}";
                yield return "    metrics:";
                foreach (var metric in task.Metrics)
                {
                    yield return $"    - type: {Quoted(metric.Name)}";
                    yield return $"      value: {Number(metric.Value)}";
                    yield return $"      name: {Quoted(metric.Name + Error(metric.StdErr))}";
                }
            }
        }

        yield return "---";
    }

    private IEnumerable<string> Body()
    {
        var mixture = Declaration is null ? "A dense language model" : "A language model with a mixture of experts in its blocks";
        return
        [
            "", $"# {Name}", "",
            $"{mixture}, written by LibMoE for .NET as `{Architecture}`: {Whole(Parameters.Total)} parameters, {Whole(Parameters.Active)} "
                + "active for a token.",
            .. CardSections.Declaration(Declaration), .. CardSections.Data(Evidence), .. CardSections.Training(Evidence),
            .. CardSections.Scores(Evidence),
            "", "## Licence", "",
            Licence == CardLicence.Unknown
                ? "Nobody has stated one: ask whoever gave you this model before you use or share it."
                : $"{Licence.Name ?? Licence.Id}{(Licence.Link is { } link ? $", {link}" : "")}. The data has licences of its own.",
            "", "## Hashes", "",
            $"Made of {Source.From}, whose weights have the SHA-256 `{Source.Sha256}`. Tokenizer: {Tokenizer.Name}, "
                + $"{Tokenizer.Vocabulary} ids, `{Tokenizer.Hash}`.",
            "", "| file | bytes | SHA-256 |", "|---|---|---|",
            .. Files.Select(file => $"| {file.Name} | {file.Bytes} | `{file.Sha256}` |"),
        ];
    }

    /// <summary>A text as YAML takes it whatever it holds: JSON's strings are YAML's.</summary>
    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(MessageText.OneLine(text));

    private static string Error(double? stdErr) => stdErr is { } error ? $" (± {Number(error)})" : "";

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Whole(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
