using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>finetune, as a user runs it, and what it leaves.</summary>
public sealed class FinetuneVerbTests : IDisposable
{
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 32, HeadStd = 0.2 };
    private static readonly string[] Training =
    [
        "--data", "chats.jsonl", "--threads", "1", "--batch", "4", "--learning-rate", "0.02", "--Training:ValidationSequences=8",
        "--Training:Warmup=1", "--Training:LogEvery=1",
    ];

    private readonly HostedRun _host = new();

    public FinetuneVerbTests()
    {
        using (var mixture = LanguageModel.Create(Small, MoeVariant.Of<HostedSmoe>(), seed: 2))
        {
            ModelSaver.Save(mixture, new ByteTokenizer(), "base");
        }

        using (var dense = LanguageModel.Create(Small, seed: 2))
        {
            ModelSaver.Save(dense, new ByteTokenizer(), "dense");
        }

        File.WriteAllLines("chats.jsonl", Enumerable.Range(0, 40).Select(number => JsonSerializer.Serialize(new
        {
            messages = new[]
            {
                new { role = "user", content = $"say {number % 5}" },
                new { role = "assistant", content = new string((char)('a' + number % 5), 3) },
            },
        })));
    }

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("base", "PerExpert", "HostedSmoe")]
    [InlineData("base", "Shared", "HostedSmoe")]
    [InlineData("dense", "PerExpert", "Dense")]
    public async Task Adapters_learn_the_answers_and_load_as_the_merged_model(string model, string sharing, string variant)
    {
        Assert.Equal(0, await _host.Run([
            "finetune", "--model", model, "--steps", "30", "--name", "tuned", "--rank", "4", "--expert-adapters", sharing, .. Training]));

        Assert.Empty(_host.Errors);
        Assert.Contains(" numbers train beside ", _host.Output, StringComparison.Ordinal);
        var (before, after) = Losses();
        Assert.True(after < before - 0.5, $"{before} became {after}");
        var cell = Path.Combine("runs", "tuned", variant, "seed-0");
        var adapter = Path.Combine(cell, "adapter");
        Assert.Contains($"Adapters written to {adapter}", _host.Output, StringComparison.Ordinal);
        Assert.All(["config.json", "metrics.jsonl", "result.json"], name => Assert.True(File.Exists(Path.Combine(cell, name)), name));

        // What is loaded is the base with the adapters in it: the same loss, and as a whole model from any of the paths.
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var path in new[] { adapter, cell, "runs/tuned" })
        {
            using var loaded = ModelLoader.Load(path, [MoeVariant.Of<HostedSmoe>()]);
            Assert.Equal(after, HeldOutLoss(loaded), 1e-3);
            Assert.All(loaded.Model.parameters(), parameter => Assert.True(parameter.requires_grad));
        }
    }

    [Fact]
    public async Task Merged_on_export_the_model_is_the_unmerged_one()
    {
        Assert.Equal(0, await _host.Run(["finetune", "--model", "base", "--steps", "10", "--name", "tuned", .. Training]));
        Assert.Equal(0, await _host.Run("export", "--model", "runs/tuned", "--to", "out"));
        Assert.Contains("It trained this model: 10 steps", await File.ReadAllTextAsync("out/DATASHEET.md"), StringComparison.Ordinal);

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var merged = ModelLoader.Load("out", [MoeVariant.Of<HostedSmoe>()]);
        using var adapted = ModelLoader.Load("runs/tuned", [MoeVariant.Of<HostedSmoe>()]);
        var ids_SL = tensor(Enumerable.Range(40, 20).Select(id => (long)id).ToArray(), [1, 20]);
        var difference = (merged.Model.forward(ids_SL).Logits - adapted.Model.forward(ids_SL).Logits).abs().max().item<float>();

        Assert.True(difference < 1e-5, $"logits differ by {difference}");
    }

    [Fact]
    public async Task Files_are_small_and_named_as_PEFT_names_them()
    {
        Assert.Equal(0, await _host.Run(["finetune", "--model", "base", "--steps", "2", "--name", "tuned", "--rank", "2", .. Training]));

        var adapter = Path.Combine("runs", "tuned", "HostedSmoe", "seed-0", "adapter");
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json")))!;
        Assert.Equal("LORA", config["peft_type"]!.GetValue<string>());
        Assert.Equal((2, 16.0), (config["r"]!.GetValue<int>(), config["lora_alpha"]!.GetValue<double>()));
        Assert.Contains("query", config["target_modules"]!.AsArray().Select(name => name!.GetValue<string>()));
        using var source = TensorSourceOf(Path.Combine(adapter, "adapter_model.safetensors"));
        Assert.Equal([2, 16], source.Find("base_model.model.blocks.0.attention.query.lora_A.weight")!.Shape);
        Assert.Equal([16, 2], source.Find("base_model.model.blocks.0.attention.query.lora_B.weight")!.Shape);
        Assert.Equal(3, source.Find("base_model.model.blocks.1.ffn.experts.down.lora_A.weight")!.Shape.Count);
        Assert.DoesNotContain(source.Tensors, tensor => tensor.Name.Contains("router", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_parameters_train_where_the_rank_is_0_and_the_run_is_a_model()
    {
        Assert.Equal(0, await _host.Run([
            "finetune", "--model", "base", "--steps", "20", "--name", "whole", "--rank", "0", .. Training]));

        var (before, after) = Losses();
        Assert.True(after < before - 0.5, $"{before} became {after}");
        Assert.False(Directory.Exists("runs/whole/HostedSmoe/seed-0/adapter"));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var loaded = ModelLoader.Load("runs/whole", [MoeVariant.Of<HostedSmoe>()]);
        Assert.Equal(after, HeldOutLoss(loaded), 1e-3);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_bit_for_bit()
    {
        string[] tune = ["finetune", "--model", "base", "--steps", "4", "--Training:CheckpointEvery=2", .. Training];
        Assert.Equal(0, await _host.Run([.. tune, "--name", "whole"]));
        Assert.Equal(0, await _host.Run([.. tune, "--name", "parts"]));
        var parts = Path.Combine("runs", "parts", "HostedSmoe", "seed-0");
        Directory.Delete(Path.Combine(parts, "checkpoints", "step-4"), recursive: true);
        Directory.Delete(Path.Combine(parts, "adapter"), recursive: true);
        File.Delete(Path.Combine(parts, "result.json"));

        Assert.Equal(0, await _host.Run("finetune", "--name", "parts", "--resume"));

        Assert.Contains("Training continues from step 2", _host.Output, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes("runs/whole/HostedSmoe/seed-0/adapter/adapter_model.safetensors"),
            File.ReadAllBytes(Path.Combine(parts, "adapter", "adapter_model.safetensors")));
    }

    [Fact]
    public async Task The_tokenizers_own_template_is_learned_by_and_goes_with_the_run()
    {
        const string Template = "{% for m in messages %}{{ m.role[0] }}:{{ m.content }}!{% endfor %}{{ 'a:' if add_generation_prompt }}"
            + "{{ '' if not add_generation_prompt else strftime_now('') }}";
        using (var dense = LanguageModel.Create(Small, seed: 2))
        {
            ModelSaver.Save(dense, new ByteTokenizer
            {
                Files = [new TokenizerFile("chat_template.jinja", System.Text.Encoding.UTF8.GetBytes(Template))],
            }, "talking");
        }

        Assert.Equal(0, await _host.Run([
            "finetune", "--model", "talking", "--steps", "30", "--name", "tuned", "--rank", "0", .. Training]));

        var (before, after) = Losses();
        Assert.True(after < before - 0.5, $"{before} became {after}");
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var loaded = ModelLoader.Load("runs/tuned", []);
        Assert.Equal(after, HeldOutLoss(loaded, number => $"u:say {number}!a:", "!"), 1e-3);
        Assert.Equal("own", ConversationTokenizer.Own(loaded.Tokenizer)!.Template.Name);
    }

    [Fact]
    public async Task A_template_that_does_not_say_where_answers_stand_is_refused_with_the_reason()
    {
        using (var dense = LanguageModel.Create(Small, seed: 2))
        {
            ModelSaver.Save(dense, new ByteTokenizer
            {
                Files = [new TokenizerFile("chat_template.jinja", "{{ messages[-1].content }}"u8.ToArray())],
            }, "talking");
        }

        Assert.Equal(2, await _host.Run(["finetune", "--model", "talking", "--steps", "3", "--name", "tuned", .. Training]));

        Assert.Contains(
            "the chat template has no generation blocks, and what it asks the model behind is not how the text with answer 1 begins",
            Assert.Single(_host.Errors), StringComparison.Ordinal);
        Assert.Equal(0, await _host.Run([
            "finetune", "--model", "talking", "--template", "plain", "--steps", "3", "--name", "tuned", .. Training]));
    }

    [Fact]
    public async Task Another_base_than_the_adapters_were_trained_on_is_refused()
    {
        Assert.Equal(0, await _host.Run(["finetune", "--model", "base", "--steps", "2", "--name", "tuned", .. Training]));
        Directory.Delete("base", recursive: true);
        var gone = Assert.Throws<ConfigurationException>(() => ModelLoader.Load("runs/tuned", [MoeVariant.Of<HostedSmoe>()]));
        using (var other = LanguageModel.Create(Small, MoeVariant.Of<HostedSmoe>(), seed: 3))
        {
            ModelSaver.Save(other, new ByteTokenizer(), "base");
        }

        var changed = Assert.Throws<ConfigurationException>(() => ModelLoader.Load("runs/tuned", [MoeVariant.Of<HostedSmoe>()]));

        Assert.Contains("which is not there", gone.Message, StringComparison.Ordinal);
        Assert.Contains("has adapters of another model than is at", changed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "--model", "base" }, "error: --data (FineTuning:Data) is empty; it must be a file of conversations.")]
    [InlineData(new[] { "--model", "base", "--data", "none.json" }, "error: There are no conversations at 'none.json'")]
    [InlineData(new[] { "--model", "base", "--data", "chats.jsonl", "--rank", "-1" }, "error: --rank (FineTuning:Rank) is -1")]
    [InlineData(new[] { "--model", "base", "--data", "chats.jsonl", "--targets", "head" }, "error: --targets (FineTuning:Targets) is")]
    [InlineData(new[] { "--model", "base", "--data", "chats.jsonl", "--template", "chatml" }, "error: --template (FineTuning:Template) is")]
    public async Task What_is_missing_or_wrong_is_said_before_anything_is_made(string[] options, string message)
    {
        Assert.Equal(2, await _host.Run(["finetune", .. options]));

        Assert.StartsWith(message, Assert.Single(_host.Errors), StringComparison.Ordinal);
        Assert.False(_host.LeftARun);
    }

    private static SafetensorsFile TensorSourceOf(string path) => SafetensorsFile.Open(DiskFiles.Instance, path);

    private (double Before, double After) Losses()
    {
        var line = _host.Output.Split('\n').Single(line => line.StartsWith("Loss on held-out answers: ", StringComparison.Ordinal));
        var numbers = line.Split(' ').Where(word => word.Length > 1 && char.IsAsciiDigit(word[0]))
            .Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToList();
        return (numbers[0], numbers[1]);
    }

    /// <summary>The last four conversations, in plain form: the question, then the answer with its line end.</summary>
    private static double HeldOutLoss(LoadedModel loaded) => HeldOutLoss(loaded, number => $"say {number}", "\n");

    private static double HeldOutLoss(LoadedModel loaded, Func<int, string> asked, string end)
    {
        var losses = new List<double>();
        foreach (var number in Enumerable.Range(36, 4))
        {
            long[] question = [.. System.Text.Encoding.UTF8.GetBytes(asked(number % 5)).Select(id => (long)id)];
            long[] answer = [.. Enumerable.Repeat((long)('a' + number % 5), 3), .. end.Select(letter => (long)letter)];
            long[] ids = [.. question, .. answer];
            var logs_LV = loaded.Model.forward(tensor(ids, [1, ids.Length])).Logits[0].to(ScalarType.Float64).log_softmax(-1);
            losses.Add(-answer.Index().Average(token => logs_LV[question.Length - 1 + token.Index, token.Item].item<double>()));
        }

        return losses.Average();
    }
}
