namespace LibMoE.Runtime.Data.Sources;

/// <summary>
/// Text that a user names: files and folders of them. Tables have a document a row; a text file is one document where there are many,
/// and is cut between paragraphs where there are few or it is long.
/// </summary>
internal sealed class FileSource : ICorpusSource
{
    /// <summary>Into about how many documents few files are cut.</summary>
    private const int DocumentsOfFewFiles = 100;

    private readonly string _field;
    private readonly IReadOnlyList<CorpusFile> _files;
    private long? _least;

    /// <summary>Finds the files.</summary>
    /// <param name="paths">Files of any name, or folders of files whose names end as a <see cref="DocumentFormat"/> says.</param>
    /// <param name="field">Which field of a table holds the text.</param>
    /// <exception cref="ConfigurationException">A path does not exist, or a folder holds nothing to read.</exception>
    public FileSource(IReadOnlyList<string> paths, string field)
    {
        _field = field;
        Name = string.Join(" and ", paths.Select(path => Path.GetFileName(Path.TrimEndingDirectorySeparator(path))));
        _files = [.. paths.SelectMany(path => Find(path, paths.Count > 1, field))];
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IEnumerable<Document> Read()
    {
        _least ??= Least();
        return _files.SelectMany(file => (DocumentFormat.Of(file) ?? DocumentFormat.Text).Read(file, _field, _least.Value));
    }

    private long Least()
    {
        if (_files.Count >= Corpus.HeldOutEvery)
        {
            return TextCut.Longest;
        }

        var characters = _files.Where(file => (DocumentFormat.Of(file) ?? DocumentFormat.Text) == DocumentFormat.Text)
            .Sum(file => TextCut.Measure(file).Characters);
        return Math.Min(characters / DocumentsOfFewFiles, TextCut.Longest);
    }

    private static List<CorpusFile> Find(string path, bool several, string field)
    {
        if (File.Exists(path))
        {
            return [new CorpusFile(path, Path.GetFileName(path))];
        }

        if (!Directory.Exists(path))
        {
            throw new ConfigurationException($"The corpus {path} does not exist; name a file, or a folder of {DocumentFormat.Known} "
                + "files (all but .parquet also as .gz).");
        }

        var prefix = several ? Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) + "/" : "";
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => new CorpusFile(file, prefix + Path.GetRelativePath(path, file).Replace('\\', '/')))
            .Where(file => DocumentFormat.Of(file)?.IsTakenFromFolder(file, field) == true)
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? files
            : throw new ConfigurationException(
                $"The corpus {path} is empty: the folder holds no {DocumentFormat.Known} file (nor one of these as .gz).");
    }
}
