using System.Text;
using LibMoE.Runtime;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Fuzz.Targets;

/// <summary>Any text, given to tokenizers: no text is lost.</summary>
internal static class Texts
{
    private const int Pieces = 280;

    private static readonly Lazy<IReadOnlyDictionary<string, Lazy<ITokenizer>>> LazyTokenizers = new(
        () => new Dictionary<string, Lazy<ITokenizer>>
        {
            ["bytes"] = new(() => new ByteTokenizer()),
            ["gpt2"] = new(() => TokenizerTable.Create("gpt2")),
            ["cl100k_base"] = new(() => TokenizerTable.Create("cl100k_base")),
            ["o200k_base"] = new(() => TokenizerTable.Create("o200k_base")),
            ["bpe"] = new(() => BpeTrainer.Train(
                [string.Concat(Enumerable.Repeat("hello world, the other words 12 é🙂\n\n ", 4))], Pieces)),
            ["score-merge"] = new(() => ScoreMergeTokenizer.Parse("tok.bin", Vocabularies.ScoreMergeSeeds().First())),
        });

    /// <summary>The kinds of tokenizers.</summary>
    public static IEnumerable<string> Tokenizers => LazyTokenizers.Value.Keys;

    public static IEnumerable<byte[]> Seeds() =>
        new[] { "Hello, world!", "it's 12345 o'clock\n\n  now\t", "Grüße, 世界 🙂 \u00a0\u2003x", "a<|endoftext|>b\0\r\n", "" }
            .Select(Encoding.UTF8.GetBytes);

    /// <summary>Encodes and decodes.</summary>
    public static void RoundTrip(string name, byte[] bytes) => Check(LazyTokenizers.Value[name].Value, Encoding.UTF8.GetString(bytes));

    /// <summary>Trains a vocabulary on the text and encodes the text with it.</summary>
    public static void Train(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        Check(BpeTrainer.Train([text, text], Pieces), text);
    }

    private static void Check(ITokenizer tokenizer, string text)
    {
        var ids = tokenizer.Encode(text);
        var back = tokenizer.Decode(ids);
        if (back != text || ids.Any(id => id < 0 || id >= tokenizer.Vocabulary))
        {
            throw new InvalidDataException($"'{text}' becomes '{back}'");
        }
    }
}
