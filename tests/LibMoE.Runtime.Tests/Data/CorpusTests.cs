using System.Text;

namespace LibMoE.Runtime.Tests.Data;

public class CorpusTests
{
    [Fact]
    public void Every_tenth_document_is_held_out_and_none_is_in_both_parts()
    {
        var corpus = Corpus.Split("numbers", Numbered(25));

        Assert.Equal(["09", "19"], corpus.ValidationDocuments);
        Assert.Equal(23, corpus.TrainDocuments.Count);
        Assert.Empty(corpus.TrainDocuments.Intersect(corpus.ValidationDocuments));
        Assert.Equal("document 09\ndocument 19\n", Text(corpus.Validation));
        Assert.DoesNotContain("document 09", Text(corpus.Train));
    }

    [Fact]
    public void The_split_and_the_hash_do_not_depend_on_the_order_of_reading()
    {
        var corpus = Corpus.Split("numbers", Numbered(25));
        var reversed = Corpus.Split("numbers", Numbered(25).Reverse());

        Assert.Equal(Text(corpus.Train), Text(reversed.Train));
        Assert.Equal(corpus.Sha256, reversed.Sha256);
    }

    [Fact]
    public void The_hash_covers_names_and_texts()
    {
        var hashes = new[]
        {
            Corpus.Split("x", [new("a", "text"), new("b", "more")]),
            Corpus.Split("x", [new("a", "text"), new("c", "more")]),
            Corpus.Split("x", [new("a", "text"), new("b", "more.")]),
            Corpus.Split("x", [new("a", "textb"), new("", "more")]),
        }.Select(corpus => corpus.Sha256).ToList();

        Assert.Equal(4, hashes.Distinct().Count());
        Assert.All(hashes, hash => Assert.Matches("^[0-9a-f]{64}$", hash));
    }

    [Fact]
    public void Of_few_documents_the_last_is_held_out()
    {
        Assert.Equal(["2"], Corpus.Split("three", [new("1", "a"), new("0", "b"), new("2", "c")]).ValidationDocuments);
    }

    [Fact]
    public void One_document_cannot_be_split()
    {
        var error = Assert.Throws<ConfigurationException>(() => Corpus.Split("lonely", [new("1", "a")]));

        Assert.Equal("The corpus lonely has 1 document(s); it takes at least 2, one to train on and one to hold out.", error.Message);
    }

    [Fact]
    public void Tokens_are_the_bytes_of_the_text()
    {
        var corpus = Corpus.Split("accents", [new("1", "é"), new("2", "z")]);

        var tokens = new long[3];
        corpus.Train.CopyTo(0, tokens);

        Assert.Equal([0xC3, 0xA9, '\n'], tokens);
        Assert.Equal(256, corpus.Vocabulary);
    }

    internal static string Text(ITokens tokens)
    {
        var ids = new long[tokens.Count];
        tokens.CopyTo(0, ids);
        return Encoding.UTF8.GetString([.. ids.Select(id => (byte)id)]);
    }

    private static IEnumerable<Document> Numbered(int count) =>
        Enumerable.Range(0, count).Select(i => new Document($"{i:D2}", $"document {i:D2}"));
}
