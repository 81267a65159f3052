using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Sources;
using LibMoE.Runtime.Data.Tokens;

namespace LibMoE.Runtime.Data;

/// <summary>Reads what <see cref="CorpusOptions"/> name: every source once for its hash, and once more for each part that has no token
/// file yet.</summary>
/// <param name="options">What to read, and how.</param>
/// <param name="given">A tokenizer in place of the one that they name; null for none.</param>
internal sealed class CorpusLoader(CorpusOptions options, ITokenizer? given = null)
{
    private readonly TokenCache _cache = new(DiskFiles.Instance, options.Cache ?? Path.Combine(DataCache.Default().Writable, "tokens"));

    /// <summary>Reads it.</summary>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text, or there is no such tokenizer.</exception>
    public Corpus Load()
    {
        ConfigurationException.ThrowIfAny(options.Problems());
        List<Scanned> domains = [.. Sources(options)
            .Select(source => source()).Select(domain => new Scanned(domain, DocumentScan.Of(domain.Name, domain.Source.Read())))];
        var tokenizer = given ?? Tokenizer(domains);
        var sum = domains.Sum(domain => domain.Of.Weight);
        return new Corpus(
            string.Join(" + ", domains.Select(domain => domain.Of.Name)),
            tokenizer,
            [.. domains.Select(domain => new CorpusDomain(
                domain.Of.Name,
                domain.Of.Weight / sum,
                domain.Scan.Sha256,
                _cache.Part(domain.Scan, heldOut: false, domain.Of.Source, tokenizer),
                _cache.Part(domain.Scan, heldOut: true, domain.Of.Source, tokenizer)))],
            _cache.Notes);
    }

    /// <summary>Where the texts come from, one for every domain. Each is looked for when it is called; none is read.</summary>
    internal static IReadOnlyList<Func<Domain>> Sources(CorpusOptions options) => options switch
    {
        { Domains.Count: > 0 } => [.. options.Domains.Select(domain => (Func<Domain>)(() =>
            new Domain(domain.Name, new FileSource([domain.Path], domain.Field ?? options.Field), domain.Weight)))],
        { Paths.Count: > 0 } => [() => Only(new FileSource(options.Paths, options.Field))],
        { Path: { } path } => [() => Only(new FileSource([path], options.Field))],
        _ => [() => Only(SdkDocumentation.Find())],
    };

    /// <summary>How many ids the tokenizer has that the options name; one that is still to be trained has as many as
    /// it is asked for.</summary>
    /// <exception cref="ConfigurationException">There is no such tokenizer.</exception>
    internal static int VocabularyOf(CorpusOptions options)
    {
        var asked = 0;
        return Named(options, pieces =>
        {
            asked = pieces;
            return new ByteTokenizer();
        }).Vocabulary is var known && asked > 0 ? asked : known;
    }

    private static Domain Only(ICorpusSource source) => new(source.Name, source, 1);

    private ITokenizer Tokenizer(IReadOnlyList<Scanned> domains) => Named(options, pieces => _cache.Trained(
        pieces,
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(domains.Select(domain => domain.Scan.Sha256))))),
        domains.SelectMany(domain => domain.Scan.Part(domain.Of.Source.Read(), heldOut: false)).Select(document => document.Text)));

    private static ITokenizer Named(CorpusOptions options, Func<int, ITokenizer> train)
    {
        if (!TokenizerTable.IsKnown(options.Tokenizer))
        {
            throw new ConfigurationException($"Corpus:Tokenizer is '{options.Tokenizer}'; it must be one of {TokenizerTable.Allowed}.");
        }

        try
        {
            return TokenizerTable.Create(options.Tokenizer, train);
        }
        catch (Exception fault) when (fault is StorageException or ConfigurationException)
        {
            throw new ConfigurationException(
                $"Corpus:Tokenizer is '{options.Tokenizer}', which cannot be used: {fault.Message.TrimEnd('.')}.");
        }
    }

    internal sealed record Domain(string Name, ICorpusSource Source, double Weight);

    private sealed record Scanned(Domain Of, DocumentScan Scan);
}
