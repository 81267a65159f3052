namespace LibMoE.Runtime;

/// <summary>Reads what <see cref="CorpusOptions"/> name.</summary>
internal sealed class CorpusLoader(CorpusOptions options)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text, or there is no such tokenizer.</exception>
    public Corpus Load()
    {
        ConfigurationException.ThrowIfAny(options.Problems());
        var sources = Sources();
        var tokenizer = Tokenizer();
        return Corpus.Mix(
            string.Join(" + ", sources.Select(source => source.Name)),
            [.. sources.Select(source => (source.Name, source.Source.Read(), source.Weight))],
            tokenizer);
    }

    private List<NamedSource> Sources() => options switch
    {
        { Domains.Count: > 0 } => [.. options.Domains.Select(domain => new NamedSource(
            domain.Name, new FileSource([domain.Path], domain.Field ?? options.Field), domain.Weight))],
        { Paths.Count: > 0 } => [Only(new FileSource(options.Paths, options.Field))],
        { Path: { } path } => [Only(new FileSource([path], options.Field))],
        _ => [Only(SdkDocumentation.Find())],
    };

    private static NamedSource Only(ICorpusSource source) => new(source.Name, source, 1);

    private ITokenizer Tokenizer()
    {
        try
        {
            return TokenizerTable.Create(options.Tokenizer);
        }
        catch (StorageException fault)
        {
            throw new ConfigurationException($"Corpus:Tokenizer is '{options.Tokenizer}', which cannot be used: {fault.Message.TrimEnd('.')}.");
        }
    }

    private sealed record NamedSource(string Name, ICorpusSource Source, double Weight);
}
