using System.Text.Json;
using System.Text.Json.Serialization;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Studies;

/// <summary>The content of a run's <c>config.json</c>: everything needed to make the same run again.</summary>
/// <param name="Variant">The variant's name.</param>
/// <param name="Seed">The seed of weights and data order.</param>
/// <param name="Model">The backbone; null for a program's own learner.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Declaration">What was declared; null for the dense baseline.</param>
/// <param name="Corpus">What it is trained on.</param>
internal sealed record CellConfig(
    string Variant, long Seed, ModelConfig? Model, TrainingConfig Training, DeclarationIdentity? Declaration, CorpusIdentity Corpus)
{
    /// <summary>What makes the text into tokens; null in a file from before it was noted.</summary>
    public TokenizerIdentity? Tokenizer { get; init; }

    /// <summary>The shares of the corpus's domains.</summary>
    public IReadOnlyList<DomainShare> Domains { get; init; } = [];

    /// <summary>The settings of a program's own learner; null for text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Learner { get; init; }

    public static CellConfig Of(StudyCell cell, Corpus corpus) => new(
        cell.Variant.Name,
        cell.Seed,
        cell.Variant.Model,
        cell.Training,
        DeclarationIdentity.Of(cell.Variant.Mixture?.Declaration),
        new CorpusIdentity(corpus.Name, corpus.Sha256))
    {
        Tokenizer = TokenizerIdentity.Of(corpus.Tokenizer),
        Domains = [.. corpus.Domains.Select(domain => new DomainShare(domain.Name, domain.Weight))],
    };

    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);
}
