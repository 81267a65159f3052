using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Hosting;

namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

/// <summary>Verbs that take a published model by its address, and the card of an exported one.</summary>
public sealed class HubVerbsTests : IDisposable
{
    private const string Pinned = $"hf:{HubServer.Model}@{HubServer.First}";
    private const string Secret = "hf_SecretOfATest";
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 32 };
    private static readonly string[] Training =
        ["--corpus", "text.txt", "--threads", "1", "--batch", "2", "--sequence-length", "16", "--Training:ValidationSequences=8",
            "--Training:Warmup=1"];

    private readonly HostedRun _host = new();
    private readonly HubServer _server = new() { Token = Secret };
    private readonly HubEnvironment _environment;

    public HubVerbsTests()
    {
        _environment = new HubEnvironment(_server, Secret);
        using var dense = LanguageModel.Create(Small, seed: 2);
        HuggingFaceExport.Save(dense, "published", tokenizer: new ByteTokenizer());
        File.WriteAllText(
            "published/README.md", "---\nlicense: other\nlicense_name: \"tiny-licence\"\nlicense_link: LICENSE\n---\n# Tiny\n");
        _server.With("published");
    }

    public void Dispose()
    {
        _environment.Dispose();
        _server.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task Generate_takes_an_address_and_prints_no_token()
    {
        string[] greedy = ["--prompt", "Line ", "--tokens", "6", "--temperature", "0", "--threads", "1"];
        Assert.Equal(0, await _host.Run(["generate", "--model", "published", .. greedy]));
        var text = _host.Output;

        Assert.Equal(0, await _host.Run(["generate", "--model", Pinned, .. greedy]));
        Assert.Equal(text, _host.Output);
        Assert.Equal(0, await _host.Run(["generate", "--model", $"hf:{HubServer.Model}", .. greedy]));
        Assert.Contains($"hf:{HubServer.Model} is {Pinned} now", _host.Output, StringComparison.Ordinal);

        _server.Token = "hf_another";
        Directory.Delete(_environment.ModelFolder, recursive: true);
        Assert.Equal(2, await _host.Run(["generate", "--model", Pinned, .. greedy]));
        Assert.Contains("HF_TOKEN is of an account that may not read it", Assert.Single(_host.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, _host.Output + string.Concat(_host.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adapters_of_a_published_model_name_it_pinned_and_load_with_it()
    {
        await File.WriteAllLinesAsync("talk.jsonl", Enumerable.Range(0, 20).Select(item =>
            $"{{\"messages\":[{{\"role\":\"user\",\"content\":\"{item}?\"}},{{\"role\":\"assistant\",\"content\":\"{item + 1}\"}}]}}"));
        string[] tune = ["finetune", "--model", $"hf:{HubServer.Model}", "--data", "talk.jsonl", "--steps", "2", "--batch", "2"];
        Assert.Equal(0, await _host.Run([.. tune, "--rank", "2", "--threads", "1", "--name", "tuned", "--Training:Warmup=1"]));
        Assert.Empty(_host.Errors);
        Assert.Contains($"hf:{HubServer.Model} is {Pinned} now", _host.Output, StringComparison.Ordinal);

        var adapters = Directory.GetFiles("runs/tuned", "adapter_config.json", SearchOption.AllDirectories).Single();
        Assert.Contains(Pinned, await File.ReadAllTextAsync(adapters), StringComparison.Ordinal);
        string[] greedy = ["--prompt", "Line ", "--tokens", "6", "--temperature", "0", "--threads", "1"];
        Assert.Equal(0, await _host.Run(["generate", "--model", Path.GetDirectoryName(adapters)!, .. greedy]));
    }

    [Fact]
    public async Task Analyze_and_evaluate_take_addresses()
    {
        Assert.Equal(0, await _host.Run("analyze", "--checkpoint", Pinned, "--corpus", "text.txt", "--threads", "1", "--quick"));
        Assert.Contains("tiny", _host.Output, StringComparison.Ordinal);

        using var data = SampleTask.Data(Enumerable.Range(0, 12).Select(item => item % 4));
        var task = Path.Combine(data.Path, "sample.json");
        await File.WriteAllTextAsync(task, TaskFile.Write(SampleTask.Choice()));
        Assert.Equal(0, await _host.Run(
            "evaluate", "--checkpoint", $"{Pinned},hf:{HubServer.Model}@main", "--tasks", task, "--threads", "1", "--name", "scores"));
        Assert.True(File.Exists("runs/scores/tiny@1111111/evaluation.json"));
        Assert.True(File.Exists("runs/scores/tiny@main/evaluation.json"));

        Assert.Equal(2, await _host.Run("evaluate", "--checkpoint", "hf:some-lab/absent", "--tasks", task));
        Assert.Contains("has no model some-lab/absent", Assert.Single(_host.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_upcycled_from_an_address_and_exported_has_a_card_that_says_all_of_it()
    {
        Assert.Equal(0, await _host.Run(["upcycle", "--model", Pinned, "--steps", "2", "--name", "up", .. Training]));
        Assert.Equal(0, await _host.Run("export", "--model", "runs/up", "--to", "out", "--license", "apache-2.0"));

        var card = await File.ReadAllTextAsync("out/README.md");
        Assert.StartsWith(
            "---\nlicense: \"apache-2.0\"\nbase_model: \"some-lab/tiny\"\nlibrary_name: transformers\npipeline_tag: text-generation\n",
            card, StringComparison.Ordinal);
        Assert.Equal(2, card.Split('\n').Count(line => line == "---"));
        Assert.All(
            [
                "SoftmaxGate", "## Data\n\ntext.txt, SHA-256 `", "2 steps of 2 sequences of 16 tokens", $"dense model: {Pinned}, SHA-256 ",
                "| held-out text | loss, nats per token | ", " ± ", "| model.safetensors | ", "| config.json | ",
                DiskFiles.Instance.Sha256("out/model.safetensors"),
            ],
            part => Assert.Contains(part, card, StringComparison.Ordinal));
        Assert.DoesNotContain(Path.GetFullPath("."), card, StringComparison.Ordinal);

        var sheet = await File.ReadAllTextAsync("out/DATASHEET.md");
        Assert.All(
            [
                "# Data sheet: text.txt", "## Motivation\n\nNot known to the run", " tokens to train on and ", "every 10th in the order",
                "Tokens by bytes, 256 ids", "It trained this model: 2 steps of 2 sequences of 16 tokens.",
            ],
            part => Assert.Contains(part, sheet, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_licence_goes_with_the_model_and_where_there_is_none_the_card_says_so()
    {
        Assert.Equal(0, await _host.Run("export", "--model", Pinned, "--to", "again"));
        var card = await File.ReadAllTextAsync("again/README.md");
        Assert.StartsWith(
            "---\nlicense: \"other\"\nlicense_name: \"tiny-licence\"\nlicense_link: \"LICENSE\"\nbase_model: \"some-lab/tiny\"\n",
            card, StringComparison.Ordinal);
        Assert.Contains($"Made of {Pinned}, whose weights", card, StringComparison.Ordinal);
        Assert.Contains("It was not trained here", card, StringComparison.Ordinal);
        Assert.False(File.Exists("again/DATASHEET.md"));

        using var dense = LanguageModel.Create(Small, seed: 2);
        ModelSaver.Save(dense, new ByteTokenizer(), "own");
        Assert.Equal(0, await _host.Run("export", "--model", "own", "--to", "unknown"));
        Assert.Contains("says that its licence is unknown; --license states one", _host.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "---\nlicense: \"unknown\"\nlibrary_name", await File.ReadAllTextAsync("unknown/README.md"), StringComparison.Ordinal);
    }
}
