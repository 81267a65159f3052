using System.IO.Compression;
using System.Reflection;
using System.Text;
using LibMoE.Runtime.Data.Tokenizers.Cuts;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>One encoding of tiktoken (its openai_public.py): where its pieces are, how it cuts a text, and its special pieces.</summary>
internal sealed record TiktokenRow(
    string Name, string Package, int Vocabulary, Func<PieceCut> MakeCut, IReadOnlyDictionary<string, int> Special)
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Rest = @"|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Cl100k = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Rest;
    private const string O200k =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+" + Contractions +
        @"?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*" + Contractions +
        @"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + Rest;

    /// <summary>The encodings.</summary>
    public static IReadOnlyList<TiktokenRow> All { get; } =
    [
        new("gpt2", "Gpt2", 50257, () => ByWords, new Dictionary<string, int> { ["<|endoftext|>"] = 50256 }),
        new("cl100k_base", "Cl100kBase", 100277, By(Cl100k), new Dictionary<string, int>
        {
            ["<|endoftext|>"] = 100257, ["<|fim_prefix|>"] = 100258, ["<|fim_middle|>"] = 100259, ["<|fim_suffix|>"] = 100260,
            ["<|endofprompt|>"] = 100276,
        }),
        new("o200k_base", "O200kBase", 200019, By(O200k),
            new Dictionary<string, int> { ["<|endoftext|>"] = 199999, ["<|endofprompt|>"] = 200018 }),
    ];

    /// <summary>The id of every piece, its bytes as Latin-1 characters: a line of the file for each, in the order of ids.</summary>
    public Dictionary<string, int> ReadPieces()
    {
        // The package has its pieces as a resource and no public type to reach it by.
        using var resource = Assembly.Load($"Microsoft.ML.Tokenizers.Data.{Package}")
            .GetManifestResourceStream($"{Name}.tiktoken.deflate")!;
        using var reader = new StreamReader(new DeflateStream(resource, CompressionMode.Decompress), Encoding.ASCII);
        reader.ReadLine();
        var (pieces, id) = (new Dictionary<string, int>(Vocabulary), 0);
        for (var line = reader.ReadLine(); line is not null; line = reader.ReadLine(), id++)
        {
            if (line.Length > 0)
            {
                pieces.Add(Encoding.Latin1.GetString(Convert.FromBase64String(line)), id);
            }
        }

        return pieces;
    }

    private static IEnumerable<TextPiece> ByWords(TextPiece piece) =>
        GptSplit.Words(piece.Text).Select(word => new TextPiece(piece.Text.Substring(word.Offset, word.Length), false));

    private static Func<PieceCut> By(string pattern) => () =>
    {
        var split = new TextSplit(new CodePointRegex(pattern), SplitBehavior.Isolated, Inverts: false);
        return piece => split.Of(piece.Text).Select(word => new TextPiece(piece.Text.Substring(word.Offset, word.Length), false));
    };
}
