using System.Text;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Tests.Data;

public sealed class BpeTrainerTests : IDisposable
{
    private const string Text = "low low low low low lower lower newest newest newest newest newest newest widest widest widest";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_pairs_of_a_text_that_can_be_counted_by_hand_are_merged_in_order()
    {
        // e·s and s·t occur 9 times each. The ids of letters rise with them: e·s is merged first, then es·t (9); then l·o (7), for
        // o·w (7) has higher ids, then lo·w (7); then the words with a blank: newest 6 times, its pairs in the order of their ids.
        var tokenizer = BpeTrainer.Train([Text], 256 + 4);

        Assert.Equal("#version: 0.2\ne s\nes t\nl o\nlo w\n", Encoding.UTF8.GetString(tokenizer.Files[1].Bytes.Span));
        Assert.Equal([259], tokenizer.Encode("low"));
        Assert.Equal(260, tokenizer.Vocabulary);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(500)]
    public void Training_gives_what_the_plain_rule_gives(int pieces)
    {
        var text = Prose(400);

        var tokenizer = BpeTrainer.Train([text], pieces);

        Assert.Equal(Plain(text, pieces), Merges(tokenizer));
        Assert.Equal(pieces, tokenizer.Vocabulary);
    }

    [Fact]
    public void The_same_texts_in_any_pieces_and_order_give_the_same_files()
    {
        var (one, two) = (Prose(300), Prose(400, 4));

        Assert.Equal(BpeTrainer.Train([one, two], 400).Hash, BpeTrainer.Train([two, one], 400).Hash);
        Assert.NotEqual(BpeTrainer.Train([one], 400).Hash, BpeTrainer.Train([two], 400).Hash);
    }

    [Fact]
    public void Pairs_with_one_union_share_its_piece()
    {
        // Runs of a letter: aa·a and a·aa both occur once aa is a piece.
        var text = string.Join(' ', Enumerable.Range(1, 40).Select(i => new string('a', (i % 7) + 1) + new string('b', i % 3)));

        var tokenizer = BpeTrainer.Train([text], 256 + 12);

        Assert.Equal(Plain(text, 256 + 12), Merges(tokenizer));
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }

    [Fact]
    public void Encoding_merges_the_pair_that_was_trained_first_wherever_it_stands()
    {
        var tokenizer = BpeTrainer.Train([Prose(400)], 500);
        var ranks = Merges(tokenizer).Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var ids = Ids(tokenizer);
        var random = new Random(5);
        string[] letters = [.. "abdehinorstw é\n1'".Select(letter => letter.ToString()), "🙂"];
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)]));


            Assert.Equal(PlainEncode(text, ranks, ids), tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void The_files_are_read_by_the_reader_of_GPT2_files()
    {
        var trained = BpeTrainer.Train([Prose(400)], 500);
        TokenizerTable.Save(trained, DiskFiles.Instance, _folder.Path);

        var read = TokenizerTable.Create(Path.Combine(_folder.Path, "vocab.json"));

        Assert.Equal(trained.Hash, read.Hash);
        Assert.Equal(trained.Encode(Prose(5)), read.Encode(Prose(5)));
    }

    [Fact]
    public void A_corpus_trains_its_tokenizer_on_its_training_part_once()
    {
        var path = _folder.Write("text.txt", string.Concat(Enumerable.Range(0, 40).Select(i => Prose(i % 9, i) + "\n\n")));
        var options = new CorpusOptions { Path = path, Tokenizer = "bpe:400", Cache = Path.Combine(_folder.Path, "cache") };

        var corpus = Corpus.Load(options);
        var home = Assert.Single(Directory.GetDirectories(options.Cache, "bpe-*"));
        var first = File.GetLastWriteTimeUtc(Path.Combine(home, "vocab.json"));
        var again = Corpus.Load(options);

        Assert.Equal(400, corpus.Vocabulary);
        Assert.Equal(corpus.Tokenizer.Hash, again.Tokenizer.Hash);
        Assert.Equal(first, File.GetLastWriteTimeUtc(Path.Combine(home, "vocab.json")));
        var training = Corpus.Load(options with { Tokenizer = "bytes" }).Train;
        var documents = CorpusTests.Text(training).Split("\n\n\n", StringSplitOptions.RemoveEmptyEntries).Select(text => text + "\n\n");
        Assert.Equal(BpeTrainer.Train(documents, 400).Hash, corpus.Tokenizer.Hash);
        Assert.InRange(corpus.Domains[0].Validation.BytesPerToken, 2, 8);

        File.AppendAllText(Path.Combine(home, "merges.txt"), "e s\n");
        Assert.Equal(corpus.Tokenizer.Hash, Corpus.Load(options).Tokenizer.Hash);
    }

    [Fact]
    public void More_pieces_than_a_text_gives_are_refused()
    {
        Assert.Matches(
            @"^The texts give only 2\d\d pieces that occur twice, and 5000 were asked for; ask for at most as many\.$",
            Assert.Throws<ConfigurationException>(() => BpeTrainer.Train([Text], 5000)).Message);
        Assert.Throws<ConfigurationException>(() => TokenizerTable.Create("bpe:256"));
        Assert.Throws<ConfigurationException>(() => TokenizerTable.Create("bpe:many"));
        Assert.Contains("trained on a corpus", Assert.Throws<ConfigurationException>(() => TokenizerTable.Create("bpe:400")).Message,
            StringComparison.Ordinal);
    }

    private static List<(string Left, string Right)> Merges(ByteLevelBpe tokenizer) =>
        [.. Encoding.UTF8.GetString(tokenizer.Files[1].Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split(' ')).Select(pair => (pair[0], pair[1]))];

    private static Dictionary<string, int> Ids(ByteLevelBpe tokenizer) =>
        System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, int>>(tokenizer.Files[0].Bytes.Span)!;

    private static IEnumerable<List<string>> Words(string text) => GptSplitTests.Rule().Matches(text)
        .Select(match => Encoding.UTF8.GetBytes(match.Value).Select(value => ByteLetters.Write([value])).ToList());

    /// <summary>The rule as it is written: count every pair of every word, merge the best everywhere, again.</summary>
    private static List<(string Left, string Right)> Plain(string text, int pieces)
    {
        var words = Words(text).ToList();
        var ids = ByteLetters.Order.Select(value => ByteLetters.Write([value]))
            .Index().ToDictionary(piece => piece.Item, piece => piece.Index);
        var merges = new List<(string, string)>();
        while (ids.Count < pieces)
        {
            var best = words.SelectMany(word => word.Zip(word.Skip(1))).CountBy(pair => pair)
                .OrderByDescending(pair => pair.Value).ThenBy(pair => ids[pair.Key.First]).ThenBy(pair => ids[pair.Key.Second]).First().Key;
            words.ForEach(word => Apply(word, best));
            ids.TryAdd(best.First + best.Second, ids.Count);
            merges.Add(best);
        }

        return merges;
    }

    private static List<int> PlainEncode(string text, Dictionary<(string Left, string Right), int> ranks, Dictionary<string, int> ids)
    {
        var all = new List<int>();
        foreach (var word in Words(text))
        {
            while (word.Zip(word.Skip(1)).Where(ranks.ContainsKey).ToList() is { Count: > 0 } pairs)
            {
                Apply(word, pairs.MinBy(pair => ranks[pair]));
            }

            all.AddRange(word.Select(piece => ids[piece]));
        }

        return all;
    }

    private static void Apply(List<string> word, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < word.Count; i++)
        {
            if (word[i] == pair.Left && word[i + 1] == pair.Right)
            {
                word[i] += pair.Right;
                word.RemoveAt(i + 1);
            }
        }
    }

    /// <summary>Words made of syllables, some much more frequent than others.</summary>
    private static string Prose(int sentences, int seed = 3)
    {
        var random = new Random(seed);
        string[] syllables = ["the", "an", "re", "sto", "wid", "est", "ne", "é", "in", "ho", "d", "🙂"];
        string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => syllables[(int)(syllables.Length * random.NextDouble() * random.NextDouble())]));
        return string.Join(
            ' ', Enumerable.Range(0, sentences).Select(_ => string.Join(' ', Enumerable.Range(0, 8).Select(_ => Word())) + "."));
    }
}
