using System.Text;
using LibMoE.Runtime;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Fuzz.Targets;

/// <summary>Files of vocabularies. What is accepted must encode a text into ids that it has.</summary>
internal static class Vocabularies
{
    private const string Sample = "Hello, world! 123 é🙂\n\0";

    private static readonly ByteLevelBpe Good = BpeTrainer.Train(
        [string.Concat(Enumerable.Repeat("hello world, the other words ", 4))], 266);

    private static byte[] GoodVocabulary => Good.Files[0].Bytes.ToArray();

    private static byte[] GoodMerges => Good.Files[1].Bytes.ToArray();

    public static IEnumerable<byte[]> ScoreMergeSeeds()
    {
        var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(4);
        string[] pieces = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), " ", "h",
            "e", "l", "he", "ll", "hell", " hell"];
        foreach (var (index, piece) in pieces.Index())
        {
            writer.Write(-1f * index);
            writer.Write(Encoding.UTF8.GetByteCount(piece));
            writer.Write(Encoding.UTF8.GetBytes(piece));
        }

        yield return memory.ToArray();
    }

    public static void ReadScoreMerge(byte[] bytes) => Use(ScoreMergeTokenizer.Parse("tok.bin", bytes));

    /// <summary>sentencepiece_model.proto: unknown, start, end, the bytes and a few pieces, with byte fallback and without.</summary>
    public static IEnumerable<byte[]> SentencePieceSeeds()
    {
        (string Text, byte Kind)[] pieces =
        [
            ("<unk>", 2), ("<s>", 3), ("</s>", 3), .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", (byte)6)),
            ("\u2581", 1), ("h", 1), ("e", 1), ("l", 1), ("he", 1), ("ll", 1), ("!1", 4),
        ];
        byte[] messages = [.. pieces.SelectMany(
            piece => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(piece.Text)), 0x15, 0, 0, 0x80, 0xBF, 0x18, piece.Kind]))];
        yield return [.. messages, .. Field(2, [0x18, 2, 0x98, 0x02, 1]), .. Field(3, [0x18, 1, 0x20, 0, 0x28, 1])];
        yield return [.. messages, .. Field(2, [0x18, 2]), .. Field(3, [0x12, 8, 4, 0, 0, 0, 0, 4, 0, 0])];

        static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
    }

    public static void ReadSentencePiece(byte[] bytes) => Use(SentencePieceVocabulary.Parse("tokenizer.model", bytes));

    public static IEnumerable<byte[]> BpeSeeds() => [GoodVocabulary, "{\"a\":0,\"b\":1,\"ab\":2}"u8.ToArray()];

    public static void ReadBpe(byte[] bytes) => Use(ByteLevelBpe.Parse("vocab.json", bytes, "merges.txt", GoodMerges));

    public static IEnumerable<byte[]> MergesSeeds() => [GoodMerges, "#version: 0.2\r\nh e\r\n"u8.ToArray(), []];

    public static void ReadMerges(byte[] bytes) => Use(ByteLevelBpe.Parse("vocab.json", GoodVocabulary, "merges.txt", bytes));

    private static void Use(ITokenizer tokenizer)
    {
        var ids = tokenizer.Encode(Sample);
        if (ids.Any(id => id < 0 || id >= tokenizer.Vocabulary))
        {
            throw new InvalidDataException("an id is not in the vocabulary");
        }

        _ = tokenizer.Decode(ids);
    }
}
