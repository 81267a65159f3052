using System.IO.Compression;
using LibMoE.Runtime;

namespace Upcycling;

/// <summary>TinyStories (Eldan and Li 2023) as a corpus: a story is a document, every tenth is held out.</summary>
internal static class TinyStories
{
    private const string End = "<|endoftext|>";

    /// <summary>Reads stories with <c>&lt;|endoftext|&gt;</c> after each, as text or packed with gzip (<c>.gz</c>).</summary>
    public static string[] Read(string path)
    {
        using var stream = File.OpenRead(path);
        using var file = new StreamReader(
            path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
        return file.ReadToEnd().Split(End, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The stories as a corpus.</summary>
    public static Corpus Load(string path, ITokenizer tokenizer)
    {
        var stories = Read(path);
        return Corpus.Split(path.EndsWith(StoryFiles.Published, StringComparison.Ordinal) ? "TinyStories" : Path.GetFileName(path),
            stories.Select((story, number) => new Document($"story {number:000000}", story)), tokenizer);
    }
}
