using System.Buffers.Binary;
using static LibMoE.Runtime.Tests.Data.SentencePieceVocabularyTests;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>What a <c>tokenizer.model</c> states decides its ids as in SentencePiece's code (bpe_model.cc, normalizer.cc),
/// or is refused by name.</summary>
public sealed class SentencePieceSettingsTests
{
    private const int FirstByte = 3;
    private const byte Normal = 1;
    private const byte UserDefined = 4;

    private static readonly string[] Usual = ["!", "!!", "!!!!", "a", "\u2581", "\u2581a", "b", "aa", "xy"];

    /// <summary>Of equal unions the leftmost: five signs are two pairs and one, not one and two pairs.</summary>
    [Theory]
    [InlineData("!!!!!", "\u2581 !!!! !")]
    [InlineData("!!!", "\u2581 !! !")]
    [InlineData("aaa", "\u2581a aa")]
    public void Equal_pairs_are_merged_from_the_left(string text, string pieces) => Assert.Equal(pieces, Pieces(text));

    [SkippableFact]
    public void The_sample_of_ties_gets_the_ids_of_SentencePiece()
    {
        var data = Path.GetDirectoryName(DataCache.Default().Find("tinyshakespeare/input.txt")) ?? "";
        var path = Path.Combine(data, "..", "..", "cases", "sp-ties", "tokenizer.model");
        Skip.IfNot(File.Exists(path), "there is no folder of cases beside the data folder");

        Assert.Equal([263, 260, 259], TokenizerTable.Create(path).Encode("wow!!!!!!"));
    }

    [Theory]
    [InlineData(3, 0, " a  b ", "\u2581a \u2581 \u2581 b \u2581")]
    [InlineData(4, 1, " a  b ", "\u2581a \u2581 b")]
    [InlineData(4, 1, "  ", "")]
    [InlineData(4, 0, " a", "\u2581 \u2581a")]
    public void Settings_of_the_normalizer_are_honoured(int setting, int value, string text, string pieces) =>
        Assert.Equal(pieces, Pieces(text, normalizer: Number(setting, value)));

    [Theory]
    [InlineData("a", "a \u2581")]
    [InlineData("a b", "a \u2581 b \u2581")]
    public void A_blank_may_stand_behind_a_text(string text, string pieces)
    {
        Assert.Equal(pieces, Pieces(text, trainer: Number(24, 1)));
        var tokenizer = Load(trainer: Number(24, 1));
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void Blanks_stay_blanks_where_they_are_not_written_otherwise() =>
        Assert.Equal([FirstByte + ' ', 262, FirstByte + ' ', FirstByte + 'c'], Load(normalizer: Number(5, 0)).Encode("a c"));

    [Fact]
    public void A_character_that_is_no_piece_is_unknown_without_byte_fallback_and_neighbours_are_one()
    {
        Assert.Equal([263, 0, 262, 0], Load(trainer: Number(35, 0)).Encode("世界a?"));
        Assert.Equal([263, FirstByte + '?'], Load().Encode("?"));
    }

    /// <summary>x and y are no pieces of their own.</summary>
    [Theory]
    [InlineData("xy", new[] { 263, 267 })]
    [InlineData("x", new[] { 263, FirstByte + 'x' })]
    public void Characters_that_are_no_pieces_merge_into_one(string text, int[] ids) => Assert.Equal(ids, Load().Encode(text));

    [Fact]
    public void User_defined_pieces_are_found_as_they_stand_the_longest_first_and_never_merged()
    {
        var tokenizer = Load(more: [("<q>", 0, UserDefined), ("<q>a", 0, UserDefined), ("<q>b", 5, Normal)]);

        Assert.Equal([263, 269, 262, 268, 265], tokenizer.Encode("<q>aa<q>b"));
        Assert.Equal("<q>aa<q>b", tokenizer.Decode(tokenizer.Encode("<q>aa<q>b")));
    }

    [Theory]
    [InlineData(0, 0, 1, 2)]
    [InlineData(41, -1, null, 2)]
    [InlineData(42, -1, 1, null)]
    public void A_start_or_end_of_minus_one_is_none(int setting, long value, int? start, int? end)
    {
        var tokenizer = Load(trainer: setting == 0 ? [] : Number(setting, value));

        Assert.Equal((start, end), (tokenizer.Bos, tokenizer.Eos));
    }

    /// <summary>A double array of one rule, made by hand: A becomes ab.</summary>
    [Fact]
    public void The_compiled_rules_of_the_normalizer_are_applied()
    {
        var units = new uint[0x142];
        (units[0], units[0x100 ^ 'A'], units[0x100 ^ 'A' ^ 1]) = (0x100u << 10, 'A' | (1u << 8) | (1u << 10), 1u << 31);
        var map = new byte[4 + (4 * units.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(map, 4 * units.Length);
        foreach (var (index, unit) in units.Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(4 + (4 * index)), unit);
        }

        Assert.Equal("\u2581a b !", Pieces("A!", normalizer: [.. Field(1, "nmt_nfkc"u8.ToArray()), .. Field(2, [.. map, .. "ab\0"u8])]));
    }

    [Fact]
    public void Other_settings_are_refused_by_name()
    {
        Refused("its model_type is unigram; BPE is read", trainer: Number(3, 1));
        Refused("its model_type is words; BPE is read", trainer: Number(3, 3));
        Refused("its normalizer_spec names the rule 'nmt_nfkc' and carries no precompiled_charsmap for it", normalizer: Field(
            1, "nmt_nfkc"u8.ToArray()));
        Refused("it has pieces of the kind UNUSED", more: [("q", 0, 5)]);
        Refused("it must have one piece of the kind UNKNOWN", more: [("q", 0, 2)]);
        Refused("its precompiled_charsmap is shorter than it says", normalizer: Field(2, [1, 2, 3]));
        Refused("a piece has a score or kind of an unknown form", more: [("q", 0, 9)]);
    }

    private static void Refused(string problem, byte[]? trainer = null, byte[]? normalizer = null, (string, float, byte)[]? more = null) =>
        Assert.Contains(
            problem, Assert.Throws<TokenizerException>(() => Load(trainer, normalizer, more)).Message, StringComparison.Ordinal);

    private static string Pieces(string text, byte[]? trainer = null, byte[]? normalizer = null) =>
        string.Join(' ', Load(trainer, normalizer).Encode(text).Select(id => id < 259 ? $"<{id}>" : Usual[id - 259]));

    /// <summary>&lt;unk&gt;, &lt;s&gt;, &lt;/s&gt;, the bytes, and some pieces of equal score.</summary>
    private static SentencePieceVocabulary Load(
        byte[]? trainer = null, byte[]? normalizer = null, (string Piece, float Score, byte Kind)[]? more = null) =>
        SentencePieceVocabulary.Parse("tokenizer.model", Model(
            [
                ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), .. Enumerable.Range(0, 256)
                    .Select(value => ($"<0x{value:X2}>", 0f, (byte)6)),
                .. Usual.Select(piece => (piece, -1f, Normal)), .. more ?? [],
            ],
            trainer, normalizer));
}
