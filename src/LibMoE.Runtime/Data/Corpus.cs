using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime;

/// <summary>A text corpus, split by document: no document is in both parts.</summary>
public sealed class Corpus
{
    /// <summary>One document in so many is held out.</summary>
    public const int HeldOutEvery = 10;

    private Corpus(string name, string sha256, IReadOnlyList<Document> train, IReadOnlyList<Document> validation)
    {
        (Name, Sha256) = (name, sha256);
        (Train, Validation) = (Join(train), Join(validation));
        TrainDocuments = [.. train.Select(document => document.Name)];
        ValidationDocuments = [.. validation.Select(document => document.Name)];
    }

    /// <summary>What the text is, for people: the source and its version or path.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of all documents in ordinal order of their names, each as its name, a zero byte, its UTF-8 text and a zero byte;
    /// in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>How many token ids there are: 256, as tokens are bytes.</summary>
    public int Vocabulary { get; } = 256;

    /// <summary>The training part: its documents' bytes, with a line break after each.</summary>
    public ITokens Train { get; }

    /// <summary>The held-out part, in the same form.</summary>
    public ITokens Validation { get; }

    /// <summary>Names of the training documents, in order.</summary>
    public IReadOnlyList<string> TrainDocuments { get; }

    /// <summary>Names of the held-out documents, in order.</summary>
    public IReadOnlyList<string> ValidationDocuments { get; }

    /// <summary>Reads a corpus as bytes.</summary>
    /// <param name="path">A text file or a folder of them (.txt, .md, each also .gz); null takes the SDK's own documentation.</param>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text.</exception>
    public static Corpus Load(string? path)
    {
        if (path is not null)
        {
            return Split(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), TextFiles.Read(path));
        }

        var documentation = SdkDocumentation.Find();
        return Split(documentation.Name, documentation.Read());
    }

    /// <summary>
    /// Splits documents: in ordinal order of their names, every <see cref="HeldOutEvery"/>-th is held out; of fewer documents, the last.
    /// </summary>
    /// <param name="name">What the text is, for people.</param>
    /// <param name="documents">At least two, with names of their own.</param>
    /// <exception cref="ConfigurationException">There are fewer than two documents.</exception>
    public static Corpus Split(string name, IEnumerable<Document> documents)
    {
        var ordered = documents.OrderBy(document => document.Name, StringComparer.Ordinal).ToList();
        if (ordered.Count < 2)
        {
            throw new ConfigurationException(
                $"The corpus {name} has {ordered.Count} document(s); it takes at least 2, one to train on and one to hold out.");
        }

        var every = Math.Min(HeldOutEvery, ordered.Count);
        var parts = ordered.Index().ToLookup(entry => entry.Index % every == every - 1, entry => entry.Item);
        return new Corpus(name, Hash(ordered), [.. parts[false]], [.. parts[true]]);
    }

    private static ByteTokens Join(IEnumerable<Document> documents)
    {
        using var stream = new MemoryStream();
        foreach (var document in documents)
        {
            stream.Write(Encoding.UTF8.GetBytes(document.Text));
            stream.WriteByte((byte)'\n');
        }

        return new ByteTokens(stream.ToArray());
    }

    private static string Hash(IEnumerable<Document> documents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var document in documents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(document.Name + '\0' + document.Text + '\0'));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
