using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>Corpora and tokenizers by configuration, as a user reaches them.</summary>
public sealed class CorpusRunTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_study_of_domains_in_appsettings_measures_each()
    {
        WriteDomains(
            """ { "Name": "prose", "Path": "text.txt", "Weight": 3 }, { "Name": "rows", "Path": "rows.jsonl", "Field": "body" } """);

        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. Tiny("--name", "one", "--variants", "HostedSmoe")]));

        Assert.Empty(_run.Errors);
        var result = JsonSerializer.Deserialize<TrainingResult>(
            File.ReadAllText("runs/one/HostedSmoe/seed-0/result.json"), RunJson.Indented)!;
        Assert.Equal([("prose", 0.75), ("rows", 0.25)], result.Domains.Select(domain => (domain.Name, domain.Weight)));
        Assert.Equal(result.ValidationLoss, result.Domains.Sum(domain => domain.Weight * domain.Loss), 12);
        Assert.Equal(["prose", "rows"], StudyResults.Read("runs/one").Variants[0].Domains!.Keys);
    }

    [Fact]
    public async Task A_tokenizer_is_trained_saved_with_the_checkpoint_and_found_again()
    {
        string[] args = [.. Tiny("--corpus", "text.txt", "--tokenizer", "bpe:300", "--Model:Vocabulary=300", "--variant", "HostedSmoe")];

        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. args, "--name", "one"]));
        Assert.Equal(ExitCode.Done, await _run.Run(["train", .. args, "--name", "two"]));

        Assert.Empty(_run.Errors);
        var checkpoints = Directory.GetDirectories("runs", "step-4", SearchOption.AllDirectories).Order().ToList();
        Assert.Equal(2, checkpoints.Count);
        Assert.Equal(
            File.ReadAllText(Path.Combine(checkpoints[0], "merges.txt")), File.ReadAllText(Path.Combine(checkpoints[1], "merges.txt")));
        Assert.Equal(300, TokenizerTable.Create(Path.Combine(checkpoints[0], "vocab.json")).Vocabulary);
        Assert.Single(Directory.GetDirectories("cache", "bpe-*"));
        Assert.Equal(2, Directory.GetFiles("cache", "*.tokens").Length);
    }

    [Theory]
    [InlineData("--tokenizer", "gpt", "--tokenizer (Corpus:Tokenizer) is 'gpt'; it must be one of bytes, gpt2, cl100k_base, o200k_base, ")]
    [InlineData("--tokenizer", "bpe:256", "--tokenizer (Corpus:Tokenizer) is 'bpe:256'; it must be one of ")]
    [InlineData("--tokenizer", "missing.json", "--tokenizer (Corpus:Tokenizer) is 'missing.json', which cannot be used: ")]
    [InlineData("--tokenizer", "gpt2", "Model:Vocabulary is 256; the tokenizer gpt2 needs at least 50257.")]
    [InlineData("--Corpus:Field", "body",
        "The corpus file rows.jsonl, line 1, cannot be used: the field 'body' is missing; the row has text.")]
    [InlineData("--Corpus:Fields", "body", "'Corpus:Fields' is not a setting; did you mean 'Field'?")]
    public async Task What_cannot_be_meant_is_answered_before_training(string option, string value, string message)
    {
        File.WriteAllText("rows.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
        var corpus = option == "--Corpus:Field" ? "rows.jsonl" : "text.txt";

        Assert.Equal(ExitCode.Usage, await _run.Run(["train", .. Tiny("--corpus", corpus, option, value, "--variant", "HostedSmoe")]));

        Assert.StartsWith("error: " + message, Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.False(_run.LeftARun);
    }

    [Theory]
    [InlineData(""" { "Name": "a", "Path": "text.txt", "Weigth": 3 } """,
        "'Corpus:Domains:0:Weigth' is not a setting; did you mean 'Weight'?")]
    [InlineData(""" { "Name": "a", "Path": "text.txt", "Weight": "much" } """,
        "Corpus:Domains:0:Weight is 'much'; it must be a number, such as 0.005.")]
    [InlineData(""" { "Name": "a", "Path": "text.txt", "Weight": -1 } """, "Corpus:Domains:0:Weight is -1; it must be above 0.")]
    [InlineData(""" { "Path": "text.txt" } """, "Corpus:Domains:0:Name is empty; every domain has a name of its own.")]
    [InlineData(""" { "Name": "a", "Path": "nowhere" } """, "The corpus nowhere does not exist; ")]
    public async Task A_wrong_domain_is_named_with_its_place(string domain, string message)
    {
        WriteDomains(domain);

        Assert.Equal(ExitCode.Usage, await _run.Run(["study", .. Tiny()]));

        Assert.StartsWith("error: " + message, Assert.Single(_run.Errors), StringComparison.Ordinal);
        Assert.False(_run.LeftARun);
    }

    private static void WriteDomains(string domains)
    {
        File.WriteAllText("rows.jsonl", string.Concat(
            Enumerable.Range(0, 60).Select(i => $"{{\"body\":\"Row {i} holds {i * i} and some more words.\"}}\n")));
        File.WriteAllText("appsettings.json", $$"""{ "Corpus": { "Domains": [ {{domains}} ] } }""");
    }

    /// <summary>As <see cref="HostedRun.Tiny"/> is, without its corpus.</summary>
    private static string[] Tiny(params string[] more) => HostedRun.Tiny(more)[2..];
}
