using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Data;

/// <summary>The result of a first reading of documents: which there are, and their hash.</summary>
/// <param name="Documents">Their names, in order.</param>
/// <param name="Sha256">SHA-256 of all of them in order, each as its name, a zero byte, its UTF-8 text and a zero byte.</param>
/// <param name="Name">What the text is, for messages.</param>
internal sealed record DocumentScan(IReadOnlyList<string> Documents, string Sha256, string Name)
{
    /// <summary>Reads documents once.</summary>
    /// <param name="name">What the text is, for the message.</param>
    /// <param name="documents">The documents.</param>
    /// <exception cref="ConfigurationException">There are fewer than two.</exception>
    public static DocumentScan Of(string name, IEnumerable<Document> documents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var names = new List<string>();
        foreach (var document in documents)
        {
            Append(hash, document);
            names.Add(document.Name);
        }

        return names.Count >= 2
            ? new DocumentScan(names, Convert.ToHexStringLower(hash.GetHashAndReset()), name)
            : throw new ConfigurationException(
                $"The corpus {name} has {names.Count} document(s); it takes at least 2, one to train on and one to hold out.");
    }

    /// <summary>Whether a document is held out: every <see cref="Corpus.HeldOutEvery"/>-th; of fewer documents, the last.</summary>
    /// <param name="index">Its place, from 0.</param>
    public bool IsHeldOut(int index)
    {
        var every = Math.Min(Corpus.HeldOutEvery, Documents.Count);
        return index % every == every - 1;
    }

    /// <summary>Names of the documents of one part.</summary>
    /// <param name="heldOut">Whether it is the held-out part.</param>
    public IReadOnlyList<string> Names(bool heldOut) =>
        [.. Documents.Index().Where(document => IsHeldOut(document.Index) == heldOut).Select(document => document.Item)];

    /// <summary>The documents of one part, read once more.</summary>
    /// <param name="documents">All documents.</param>
    /// <param name="heldOut">Whether the held-out part is wanted.</param>
    /// <exception cref="ConfigurationException">At the end: they are not those that were scanned.</exception>
    public IEnumerable<Document> Part(IEnumerable<Document> documents, bool heldOut)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (index, document) in documents.Index())
        {
            Append(hash, document);
            if (IsHeldOut(index) == heldOut)
            {
                yield return document;
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != Sha256)
        {
            throw new ConfigurationException($"The corpus {Name} changed while it was read; start again.");
        }
    }

    private static void Append(IncrementalHash hash, Document document) =>
        hash.AppendData(Encoding.UTF8.GetBytes(document.Name + '\0' + document.Text + '\0'));
}
