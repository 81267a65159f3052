namespace LibMoE.Runtime;

/// <summary>What a run trains on; configuration section <c>Corpus</c>. One of <see cref="Path"/>, <see cref="Paths"/> and
/// <see cref="Domains"/> says what to read; without any it is the .NET SDK's own documentation.</summary>
public sealed record CorpusOptions
{
    /// <summary>A file (text, JSON lines or Parquet, each also as .gz) or a folder of them.</summary>
    public string? Path { get; init; }

    /// <summary>Several files and folders, read as one.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Text of several kinds, mixed by weight and measured each for itself.</summary>
    public IReadOnlyList<CorpusDomainOptions> Domains { get; init; } = [];

    /// <summary>The field of JSON lines and Parquet rows that holds the text; a dotted path reaches into nested objects.</summary>
    public string Field { get; init; } = "text";

    /// <summary>What makes text into tokens: <c>bytes</c>, <c>gpt2</c>, <c>cl100k_base</c>, <c>o200k_base</c>, the path of a
    /// <c>vocab.json</c> (its <c>merges.txt</c> beside it), <c>tokenizer.json</c>, <c>tokenizer.model</c> or <c>tok512.bin</c>, or
    /// <c>bpe:N</c>, which trains N pieces on the training part.</summary>
    public string Tokenizer { get; init; } = "bytes";

    /// <summary>Where token files and trained tokenizers are kept; null takes <c>tokens</c> in the data folder, which <c>LIBMOE_DATA</c>
    /// names or else is the user's cache folder.</summary>
    public string? Cache { get; init; }

    /// <summary>Whether something is named that is to be read.</summary>
    internal bool IsGiven => Path is not null || Paths.Count > 0 || Domains.Count > 0;

    /// <summary>Everything that is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        string[] given =
        [
            .. new[] { (nameof(Path), Path is not null), (nameof(Paths), Paths.Count > 0), (nameof(Domains), Domains.Count > 0) }
                .Where(way => way.Item2).Select(way => $"Corpus:{way.Item1}"),
        ];
        if (given.Length > 1)
        {
            problems.Add($"{string.Join(" and ", given)} are both given; one of them says what to read.");
        }

        foreach (var (index, domain) in Domains.Index())
        {
            problems.AddRange(domain.Problems().Select(problem => $"Corpus:Domains:{index}:{problem}"));
        }

        problems.AddRange(Domains.GroupBy(domain => domain.Name).Where(group => group.Count() > 1 && group.Key.Length > 0)
            .Select(group => $"Corpus:Domains has two domains named '{group.Key}'; every domain has a name of its own."));
        return problems;
    }
}

/// <summary>One domain of a corpus; configuration section <c>Corpus:Domains:N</c>.</summary>
public sealed record CorpusDomainOptions
{
    /// <summary>The name, for people and results.</summary>
    public string Name { get; init; } = "";

    /// <summary>A file or a folder of them.</summary>
    public string Path { get; init; } = "";

    /// <summary>How many training sequences come from it, in proportion to the other domains' weights.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The field that holds the text; null takes the corpus's.</summary>
    public string? Field { get; init; }

    /// <summary>Everything that is wrong, as what follows <c>Corpus:Domains:N:</c>.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Name.Length == 0)
        {
            yield return "Name is empty; every domain has a name of its own.";
        }

        if (Path.Length == 0)
        {
            yield return "Path is empty; it must name a file or a folder.";
        }

        if (!(Weight > 0 && double.IsFinite(Weight)))
        {
            yield return FormattableString.Invariant($"Weight is {Weight}; it must be above 0.");
        }
    }
}
