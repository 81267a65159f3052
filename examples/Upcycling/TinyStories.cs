using System.IO.Compression;
using LibMoE.Runtime;

namespace Upcycling;

/// <summary>TinyStories (Eldan and Li 2023) as a corpus: a story is a document, every tenth is held out.</summary>
internal static class TinyStories
{
    private const string End = "<|endoftext|>";

    /// <summary>Reads a gzip file of stories with <c>&lt;|endoftext|&gt;</c> after each.</summary>
    public static Corpus Load(string path, ITokenizer tokenizer)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var stories = file.ReadToEnd().Split(End, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Corpus.Split("TinyStories", stories.Select((story, number) => new Document($"story {number:000000}", story)), tokenizer);
    }
}
