using System.Buffers.Binary;
using System.Text;
using LibMoE.Runtime.Tests.Checkpoints.Layouts;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data;

public sealed class SentencePieceVocabularyTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The vocabulary of stories260K, which SentencePiece trained, written as SentencePiece writes it;
    /// llama2.c's own algorithm is the oracle.</summary>
    [SkippableFact]
    public void Real_stories_get_the_ids_that_llama2c_gives_them()
    {
        using var loaded = Stories260K.Load();
        var oracle = loaded.Tokenizer;
        _folder.With("tokenizer.model", Model(oracle.Files.Single().Bytes.ToArray()));

        var tokenizer = TokenizerTable.Create(Path.Combine(_folder.Path, "tokenizer.model"));

        Assert.Equal(512, tokenizer.Vocabulary);
        Assert.Equal(1, tokenizer.Bos);
        Assert.Empty(tokenizer.Encode(""));
        foreach (var story in Stories260K.Stories(loaded, 30).Select(ids => oracle.Decode(ids)).Append("Grüße, 世界 🙂\n\n  it's 123\tend"))
        {
            Assert.Equal(oracle.Encode(story), tokenizer.Encode(story));
            Assert.Equal(story, tokenizer.Decode(tokenizer.Encode(story)));
        }
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        _folder.With("tokenizer.model", "no vocabulary");

        var error = Assert.Throws<TokenizerException>(() => TokenizerTable.Create(Path.Combine(_folder.Path, "tokenizer.model")));

        Assert.Contains("it is not a vocabulary of SentencePiece", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Model(byte[] llama2c)
    {
        var pieces = new List<(string Piece, float Score, byte Type)>();
        for (var at = 4; at < llama2c.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(llama2c.AsSpan(at + 4));
            var piece = Encoding.UTF8.GetString(llama2c, at + 8, length).Replace(' ', '\u2581').Trim('\n');
            byte type = pieces.Count switch { 0 => 2, 1 or 2 => 3, < 259 => 6, _ => 1 };
            pieces.Add((piece, BitConverter.ToSingle(llama2c, at), type));
            at += 8 + length;
        }

        return Model(pieces);
    }

    /// <summary>sentencepiece_model.proto: pieces (1), trainer_spec (2) and normalizer_spec (3) of a BPE with byte fallback,
    /// and settings that go over these.</summary>
    internal static byte[] Model(
        IEnumerable<(string Piece, float Score, byte Type)> pieces, byte[]? trainer = null, byte[]? normalizer = null) =>
    [
        .. pieces.SelectMany(entry => Field(
            1, [.. Field(1, Encoding.UTF8.GetBytes(entry.Piece)), 0x15, .. BitConverter.GetBytes(entry.Score), 0x18, entry.Type])),
        .. Field(2, [0x18, 2, .. Number(35, 1), .. Number(40, 0), .. Number(41, 1), .. Number(42, 2), .. trainer ?? []]),
        .. Field(3, [.. Field(1, "identity"u8.ToArray()), .. Number(3, 1), .. Number(4, 0), .. Number(5, 1), .. normalizer ?? []]),
    ];

    internal static byte[] Field(int number, byte[] content) =>
        [.. Varint((uint)(number << 3) | 2), .. Varint((uint)content.Length), .. content];

    internal static byte[] Number(int number, long value) => [.. Varint((uint)number << 3), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value) => value < 128 ? [(byte)value] : [(byte)(value | 128), .. Varint(value >> 7)];
}
