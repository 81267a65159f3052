namespace LibMoE.Runtime;

/// <summary>A text corpus, split by document: no document is in both parts.</summary>
public sealed class Corpus
{
    /// <summary>What the text is, for people: the source and its version or path.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of all that was read, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The training part.</summary>
    public required ITokens Train { get; init; }

    /// <summary>The held-out part.</summary>
    public required ITokens Validation { get; init; }

    /// <summary>Names of the training documents, in order.</summary>
    public required IReadOnlyList<string> TrainDocuments { get; init; }

    /// <summary>Names of the held-out documents, in order.</summary>
    public required IReadOnlyList<string> ValidationDocuments { get; init; }

    /// <summary>Reads a corpus as bytes.</summary>
    /// <param name="path">A text file or a folder of them (.txt, .md, each also .gz); null takes the SDK's own documentation.</param>
    /// <exception cref="ConfigurationException">There is nothing to read, or it is not text.</exception>
    public static Corpus Load(string? path) => throw new NotImplementedException();
}
