using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data;
using LibMoE.Runtime.Data.Tokens;

namespace LibMoE.Runtime;

/// <summary>A text corpus of one or several domains, each split by document: no document is in both parts.</summary>
public sealed class Corpus
{
    /// <summary>One document in so many is held out.</summary>
    public const int HeldOutEvery = 10;

    internal Corpus(string name, ITokenizer tokenizer, IReadOnlyList<CorpusDomain> domains, IReadOnlyList<string>? notes = null)
    {
        (Name, Tokenizer, Domains, Sha256) = (name, tokenizer, domains, Hash(domains));
        Notes = notes ?? [];
        Train = Join(domains.Select(domain => domain.Train.Tokens));
        Validation = Join(domains.Select(domain => domain.Validation.Tokens));
    }

    /// <summary>What the text is, for people: the source and its version or path.</summary>
    public string Name { get; }

    /// <summary>The hash of the only domain; of several, SHA-256 of their names and hashes in order, each with a zero byte after it;
    /// in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>What made the text into tokens.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>V: how many token ids there are.</summary>
    public int Vocabulary => Tokenizer.Vocabulary;

    /// <summary>The domains; at least one. Their weights sum to 1.</summary>
    public IReadOnlyList<CorpusDomain> Domains { get; }

    /// <summary>The training parts of all domains, one after the other.</summary>
    public ITokens Train { get; }

    /// <summary>The held-out parts, in the same form.</summary>
    public ITokens Validation { get; }

    /// <summary>What a user should hear of the reading, one sentence each; mostly none.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Names of the training documents, in order.</summary>
    public IReadOnlyList<string> TrainDocuments => [.. Domains.SelectMany(domain => domain.Train.Documents)];

    /// <summary>Names of the held-out documents, in order.</summary>
    public IReadOnlyList<string> ValidationDocuments => [.. Domains.SelectMany(domain => domain.Validation.Documents)];

    /// <summary>Reads a corpus as bytes.</summary>
    /// <param name="path">A file or a folder of them; null takes the SDK's own documentation.</param>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text.</exception>
    [OverloadResolutionPriority(1)]
    public static Corpus Load(string? path) => Load(new CorpusOptions { Path = path });

    /// <summary>Reads a corpus.</summary>
    /// <param name="options">What to read, and how.</param>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text, or there is no such tokenizer.</exception>
    public static Corpus Load(CorpusOptions options) => new CorpusLoader(options).Load();

    /// <summary>Reads a corpus for a model that is there already.</summary>
    /// <param name="options">What to read, and how.</param>
    /// <param name="tokenizer">The model's tokenizer, in place of the one that the options name.</param>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text.</exception>
    public static Corpus Load(CorpusOptions options, ITokenizer tokenizer) => new CorpusLoader(options, tokenizer).Load();

    /// <summary>
    /// Splits documents: in ordinal order of their names, every <see cref="HeldOutEvery"/>-th is held out; of fewer documents, the last.
    /// </summary>
    /// <param name="name">What the text is, for people.</param>
    /// <param name="documents">At least two, with names of their own.</param>
    /// <param name="tokenizer">Makes them into tokens; null takes bytes.</param>
    /// <exception cref="ConfigurationException">There are fewer than two documents.</exception>
    public static Corpus Split(string name, IEnumerable<Document> documents, ITokenizer? tokenizer = null) =>
        Mix(name, [(name, documents, 1.0)], tokenizer);

    /// <summary>Splits the documents of several domains, each for itself as <see cref="Split"/> does.</summary>
    /// <param name="name">What the text is, for people.</param>
    /// <param name="domains">Per domain its name, its documents and its weight, of which its share of training sequences follows.</param>
    /// <param name="tokenizer">Makes them into tokens; null takes bytes.</param>
    /// <exception cref="ConfigurationException">A domain has fewer than two documents.</exception>
    public static Corpus Mix(
        string name, IReadOnlyList<(string Name, IEnumerable<Document> Documents, double Weight)> domains, ITokenizer? tokenizer = null)
    {
        var (encoder, sum) = (tokenizer ?? new ByteTokenizer(), domains.Sum(domain => domain.Weight));
        return new Corpus(
            name, encoder, [.. domains.Select(domain => InMemory(domain.Name, domain.Documents, domain.Weight / sum, encoder))]);
    }

    private static CorpusDomain InMemory(string name, IEnumerable<Document> documents, double share, ITokenizer tokenizer)
    {
        var ordered = documents.OrderBy(document => document.Name, StringComparer.Ordinal).ToList();
        var scan = DocumentScan.Of(name, ordered);
        var parts = ordered.Index().ToLookup(entry => scan.IsHeldOut(entry.Index), entry => entry.Item);
        return new CorpusDomain(
            name,
            share,
            scan.Sha256,
            DocumentTokens.InMemory([.. parts[false]], tokenizer),
            DocumentTokens.InMemory([.. parts[true]], tokenizer));
    }

    private static ITokens Join(IEnumerable<ITokens> parts) => parts.ToList() is [var only] ? only : new JoinedTokens([.. parts]);

    private static string Hash(IReadOnlyList<CorpusDomain> domains) => domains is [var only]
        ? only.Sha256
        : Convert.ToHexStringLower(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Concat(domains.Select(domain => $"{domain.Name}\0{domain.Sha256}\0")))));
}
