using System.Text.Json;
using LibMoE.Runtime;

namespace Distillation;

/// <summary>A text, whole and as a small part of it; both hold out the same tenth.</summary>
/// <param name="Whole">The corpus of the whole text.</param>
/// <param name="Excerpt">The corpus of the part.</param>
internal sealed record Texts(string Whole, string Excerpt)
{
    private const int Piece = 1000;

    /// <summary>So many pieces the student gets; between nine stands one that is held out.</summary>
    private const int Given = 63;

    private static readonly SourceFile Source = new("tinyshakespeare/input.txt")
    {
        Sha256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        Url = "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
    };

    /// <summary>Writes both into a folder.</summary>
    public static async Task<Texts> WriteAsync(string folder, CancellationToken stop)
    {
        var pieces = (await File.ReadAllTextAsync(new DataFiles().Require([Source], $"download {Source.Url}"), stop))
            .Chunk(Piece).Select(piece => new string(piece)).ToList();
        return new Texts(Written("text", pieces), Written("excerpt", Part(pieces)));

        string Written(string name, IEnumerable<string> documents)
        {
            var path = Path.Combine(Directory.CreateDirectory(folder).FullName, name + ".jsonl");
            File.WriteAllLines(path, documents.Select(document => JsonSerializer.Serialize(new { text = document })));
            return path;
        }
    }

    /// <summary>The first pieces that the teacher learns from; in the places of a corpus that are held out, all that are of the whole
    /// text, so that both are measured on the same.</summary>
    private static IEnumerable<string> Part(List<string> pieces)
    {
        const int Every = Corpus.HeldOutEvery;
        var learned = pieces.Where((_, piece) => piece % Every != Every - 1).Take(Given).Chunk(Every - 1).ToList();
        var measured = pieces.Where((_, piece) => piece % Every == Every - 1).ToList();
        return learned.Index().SelectMany(part => part.Item.Append(
            string.Concat(measured.Where((_, piece) => piece % learned.Count == part.Index))));
    }
}
