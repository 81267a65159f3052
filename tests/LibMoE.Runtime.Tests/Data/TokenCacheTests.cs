using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Data;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokens;

namespace LibMoE.Runtime.Tests.Data;

public sealed class TokenCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Cache => Path.Combine(_folder.Path, "cache");

    private string[] TokenFiles => [.. Directory.GetFiles(Cache, "*.tokens").Order()];

    [Theory]
    [InlineData("bytes")]
    [InlineData("gpt2")]
    [InlineData("cl100k_base")]
    public void A_token_file_gives_the_ids_that_memory_gives(string tokenizer)
    {
        var corpus = Load(tokenizer);
        var memory = Corpus.Split("text.txt", Documents(), TokenizerTable.Create(tokenizer));

        Assert.Equal(2, TokenFiles.Length);
        Assert.Equal(Ids(memory.Train), Ids(corpus.Train));
        Assert.Equal(Ids(memory.Validation), Ids(corpus.Validation));
        Assert.Equal(memory.Domains[0].Train.Bytes, corpus.Domains[0].Train.Bytes);
        Assert.Equal(memory.Sha256, corpus.Sha256);
        Assert.Equal(memory.TrainDocuments, corpus.TrainDocuments);
        var part = new long[1200];
        corpus.Train.CopyTo(17, part);
        Assert.Equal(Ids(memory.Train)[17..1217], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => corpus.Train.CopyTo(corpus.Train.Count - 2, new long[3]));
    }

    [Fact]
    public void A_second_run_builds_nothing_and_another_text_or_tokenizer_has_files_of_its_own()
    {
        Load("bytes");
        var written = TokenFiles.ToDictionary(file => file, File.GetLastWriteTimeUtc);

        Assert.Empty(Load("bytes").Notes);
        Assert.Equal(written, TokenFiles.ToDictionary(file => file, File.GetLastWriteTimeUtc));
        Load("gpt2");
        Assert.Equal(4, TokenFiles.Length);
        Load("bytes", extra: "one more paragraph");
        Assert.Equal(6, TokenFiles.Length);
    }

    [Fact]
    public void A_file_of_older_rules_of_tokenization_is_not_taken()
    {
        var corpus = Load("gpt2");
        string[] parts = ["train", "validation"];
        var old = parts.Select(part => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"tokens, version 1\0{corpus.Domains[0].Sha256}\0{corpus.Tokenizer.Hash}\0{part}"))));

        Assert.Empty(TokenFiles.Select(Path.GetFileNameWithoutExtension).Intersect(old));
        Assert.Equal(
            TokenizerRules.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), LibraryVersions.Current["tokenizer-rules"]);
    }

    [Fact]
    public void A_file_with_any_byte_changed_or_cut_off_is_built_anew()
    {
        var expected = Ids(Load("gpt2", documents: 12).Train);
        var file = TokenFiles.MaxBy(file => new FileInfo(file).Length)!;
        var good = File.ReadAllBytes(file);
        IEnumerable<byte[]> Damaged()
        {
            for (var i = 0; i < good.Length; i++)
            {
                yield return [.. good[..i], (byte)(good[i] ^ 0x10), .. good[(i + 1)..]];
            }

            for (var length = 0; length < good.Length; length += 7)
            {
                yield return good[..length];
            }

            yield return [.. good, 0, 0];
        }

        var vocabulary = TokenizerTable.Create("gpt2").Vocabulary;
        foreach (var bytes in Damaged())
        {
            File.WriteAllBytes(file, bytes);
            Assert.Equal(
                StorageCause.Damaged, Assert.Throws<StorageException>(() => TokenFile.Check(DiskFiles.Instance, file, vocabulary)).Cause);
        }

        var rebuilt = Load("gpt2", documents: 12);

        Assert.Equal($"{file} is not the token file that was written; it is built again.", Assert.Single(rebuilt.Notes));
        Assert.Equal(expected, Ids(rebuilt.Train));
        Assert.Equal(good, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_power_cut_while_a_file_is_written_leaves_the_whole_one_or_none()
    {
        var disk = new Checkpoints.Files.ModelDisk();
        var states = 0;
        disk.Changed = () => states += disk.PowerCuts().Count(cut =>
            cut.Find("/a.tokens") is null || TokenFile.Check(cut, "/a.tokens", 256).Count > 0);
        TokenFile.Write(disk, "/a.tokens", Documents(3), new ByteTokenizer());

        Assert.True(states > 10, $"only {states} states were looked at");
        Assert.Equal(Documents(3).Sum(document => document.Text.Length + 1), TokenFile.Check(disk, "/a.tokens", 256).Count);
    }

    [Fact]
    public void Without_a_folder_to_write_to_the_tokens_stay_in_memory()
    {
        _folder.Write("cache", "a file is in the way");

        var corpus = Load("bytes");

        Assert.Equal(Ids(Corpus.Split("text.txt", Documents()).Train), Ids(corpus.Train));
        Assert.All(corpus.Notes, note => Assert.StartsWith("The tokens of text.txt are kept in memory: ", note, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_that_build_at_once_one_waits_for_the_other()
    {
        var path = Write(documents: 30);
        var corpora = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => LoadFrom(path, "gpt2"))));

        Assert.All(corpora, corpus => Assert.Empty(corpus.Notes));
        Assert.All(corpora, corpus => Assert.Equal(Ids(corpora[0].Train), Ids(corpus.Train)));
        Assert.Equal(2, TokenFiles.Length);
    }

    [Fact]
    public void A_text_that_changes_while_it_is_read_is_refused()
    {
        var scan = DocumentScan.Of("text", Documents());

        Assert.Equal(
            "The corpus text changed while it was read; start again.",
            Assert.Throws<ConfigurationException>(() => scan.Part(Documents(8), heldOut: false).Count()).Message);
    }

    [Fact]
    public void Removing_the_corpus_and_its_token_file_does_not_disturb_a_run()
    {
        var corpus = Load("bytes");
        var expected = Ids(corpus.Train);
        Directory.Delete(_folder.Path, recursive: true);
        Directory.CreateDirectory(_folder.Path);

        Assert.Equal(expected, Ids(corpus.Train));
    }

    private Corpus Load(string tokenizer, int documents = 30, string extra = "") => LoadFrom(Write(documents, extra), tokenizer);

    private Corpus LoadFrom(string path, string tokenizer) =>
        Corpus.Load(new CorpusOptions { Path = path, Tokenizer = tokenizer, Cache = Cache });

    private string Write(int documents, string extra = "") =>
        _folder.Write("text.txt", string.Concat(Documents(documents).Select(document => document.Text)) + extra);

    /// <summary>As a text file of these paragraphs is cut.</summary>
    private static IEnumerable<Document> Documents(int count = 30)
    {
        var start = 0;
        for (var i = 0; i < count; i++)
        {
            var text = $"Paragraph {i:D4} says: {string.Join(' ', Enumerable.Range(0, 40).Select(j => (i * j * j) % 97))}.\n\n";
            yield return new Document($"text.txt from {start:D12}", text);
            start += text.Length;
        }
    }

    private static long[] Ids(ITokens tokens)
    {
        var ids = new long[tokens.Count];
        tokens.CopyTo(0, ids);
        return ids;
    }
}
