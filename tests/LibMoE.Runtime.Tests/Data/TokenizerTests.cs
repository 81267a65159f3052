using System.Text;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data;

public sealed class TokenizerTests
{
    private static readonly string[] Pieces = [" ", "a", "b", "c", "ab", " a", "bc", "abc", " ab", "é", "ca"];

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("Grüße, 世界 🙂\n\0")]
    public void Bytes_are_their_own_ids(string text)
    {
        var tokenizer = new ByteTokenizer();

        Assert.Equal(Encoding.UTF8.GetBytes(text).Select(value => (int)value), tokenizer.Encode(text));
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        Assert.Null(tokenizer.Bos);
    }

    [Fact]
    public void The_best_union_is_merged_first_and_the_leftmost_of_equals()
    {
        // Scores fall with the id: "ab" before "bc", so that "abc" is made of "ab" + "c".
        var tokenizer = Load(Pieces);

        Assert.Equal([" ab", "c"], Texts(tokenizer, "abc", [0, 0, 0, 0, -1, -5, -2, -9, -3, 0, -4]));
        Assert.Equal([" ", "abc"], Texts(tokenizer, "abc", [0, 0, 0, 0, -1, -5, -2, -3, -9, 0, -4]));
        Assert.Equal([" ", "ab", "ab"], Texts(tokenizer, "abab", [0, 0, 0, 0, -1, -5, -2, -9, -9, 0, -4], except: " ab"));
        Assert.Equal([" ", "ab", "c", "a"], Texts(tokenizer, "abca", [0, 0, 0, 0, -1, -5, -1, -9, -9, 0, -4], except: "abc| ab|ca"));
    }

    [Fact]
    public void Merging_gives_what_the_plain_quadratic_rule_gives()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var scores = Pieces.Select(_ => (float)random.Next(-4, 1)).ToArray();
            var tokenizer = Load(Pieces, scores);
            var text = new string([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => "abc é"[random.Next(5)])]);

            Assert.Equal(Quadratic(text, scores), tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void A_character_without_a_piece_becomes_its_bytes()
    {
        var tokenizer = Load(Pieces);

        Assert.Equal([259, 3 + 0xF0, 3 + 0x9F, 3 + 0x99, 3 + 0x82], tokenizer.Encode("🙂"));
        Assert.Equal("🙂 a\0", tokenizer.Decode(tokenizer.Encode("🙂 a\0")));
    }

    [Fact]
    public void Start_and_end_ids_are_not_text()
    {
        var tokenizer = Load(Pieces);

        Assert.Equal(1, tokenizer.Bos);
        Assert.Empty(tokenizer.Encode(""));
        Assert.Equal("ab", tokenizer.Decode([1, .. tokenizer.Encode("ab"), 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([tokenizer.Vocabulary]));
    }

    [Theory]
    [InlineData(0, "needs at least 259 pieces")]
    [InlineData(3, "needs at least 259 pieces")]
    [InlineData(4, "needs at least 259 pieces")]
    [InlineData(10, "piece 0 of the vocabulary runs past the end of the file")]
    [InlineData(-1, "runs past the end of the file")]
    public void A_vocabulary_that_is_cut_short_is_an_error_that_names_the_file(int length, string problem)
    {
        using var folder = new DataFolder();
        var bytes = Bytes(Pieces, new float[Pieces.Length]);
        folder.With("tok.bin", bytes[..(length < 0 ? bytes.Length + length : length)]);
        var path = Path.Combine(folder.Path, "tok.bin");

        var fault = Assert.Throws<TokenizerException>(() => ScoreMergeTokenizer.Load(path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_512_pieces_of_stories260K_give_back_every_story()
    {
        var path = DataCache.Default().Find("stories260K/tok512.bin");
        Skip.If(path is null, "the data folder has no stories260K");
        var tokenizer = ScoreMergeTokenizer.Load(path);

        Assert.Equal(512, tokenizer.Vocabulary);
        Assert.Equal([403, 407, 261, 378], tokenizer.Encode("Once upon a time"));
        const string text = "Once upon a time, Tom said: \"Ünï 🙂\"\nThe end.";
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    private static IEnumerable<string> Texts(ScoreMergeTokenizer shape, string text, float[] scores, string except = "")
    {
        // Pieces that a case is to do without get a score, but no text that could occur.
        var pieces = Pieces.Select(piece => except.Split('|').Contains(piece) ? $"<{piece}>" : piece).ToArray();
        var tokenizer = Load(pieces, scores);
        Assert.Equal(shape.Vocabulary, tokenizer.Vocabulary);
        return tokenizer.Encode(text).Select(id => pieces[id - 259]);
    }

    /// <summary>The rule as it is written: look at every pair, merge the best, again.</summary>
    private static List<int> Quadratic(string text, float[] scores)
    {
        var pieces = (" " + text).Select(letter => letter.ToString()).ToList();
        while (true)
        {
            var best = -1;
            for (var i = 0; i + 1 < pieces.Count; i++)
            {
                if (Score(i) is { } score && (best < 0 || score > Score(best)))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return pieces.ConvertAll(piece => 259 + Array.IndexOf(Pieces, piece));
            }

            pieces[best] += pieces[best + 1];
            pieces.RemoveAt(best + 1);
        }

        float? Score(int i) => Array.IndexOf(Pieces, pieces[i] + pieces[i + 1]) is var id && id >= 0 ? scores[id] : null;
    }

    private static ScoreMergeTokenizer Load(string[] pieces, float[]? scores = null)
    {
        using var folder = new DataFolder().With("tok.bin", Bytes(pieces, scores ?? new float[pieces.Length]));
        return ScoreMergeTokenizer.Load(Path.Combine(folder.Path, "tok.bin"));
    }

    /// <summary>llama2.c's layout: unknown, start, end, the 256 bytes, then the pieces.</summary>
    private static byte[] Bytes(string[] pieces, float[] scores)
    {
        var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(10);
        var all = new[] { "<unk>", "\n<s>\n", "\n</s>\n" }
            .Concat(Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")).Concat(pieces);
        foreach (var (index, piece) in all.Index())
        {
            writer.Write(index < 259 ? 0f : scores[index - 259]);
            writer.Write(Encoding.UTF8.GetByteCount(piece));
            writer.Write(Encoding.UTF8.GetBytes(piece));
        }

        return memory.ToArray();
    }
}
