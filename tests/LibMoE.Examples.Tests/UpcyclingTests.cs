using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>Real weights upcycled, trained on and exported, as a user does it.</summary>
public sealed partial class UpcyclingTests : IDisposable
{
    private static readonly string Data = Repository.PathOf("..", "shared", "data");

    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task The_quick_version_starts_at_the_dense_loss_trains_on_and_tells_a_story()
    {
        NeedsData();

        var ended = await _session.Run("Upcycling", "--quick", "--threads", "2");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var losses = Losses().Matches(ended.Output).ToDictionary(
            line => line.Groups["name"].Value, line => (Start: Number(line.Groups["start"]), End: Number(line.Groups["end"])));
        Assert.Equal(["Dense", "SigmaMoe", "Smoe"], losses.Keys.Order());
        Assert.All(losses.Values, loss => Assert.Equal(losses["Dense"].Start, loss.Start, 1e-4));
        Assert.All(losses.Values, loss => Assert.NotEqual(loss.Start, loss.End));
        Assert.Matches(@"Smoe ends (above|below|level with) the dense start", ended.Output);
        Assert.True(ended.Output.Split("A story by ")[1].Length > 200, ended.Output);
    }

    /// <summary>With a network the model is fetched, and only the stories are missing.</summary>
    [SkippableFact]
    public async Task Without_the_data_each_file_is_named_with_where_it_comes_from()
    {
        Skip.If(Directory.Exists(Data), "the data lies beside this checkout, where programs find it");

        var ended = await _session.Run("Upcycling", "--quick");

        var errors = string.Join(' ', ended.Errors);
        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains("tinystories/val.txt.gz is in none of the data folders", errors, StringComparison.Ordinal);
        Assert.Contains(
            "from https://huggingface.co/datasets/roneneldan/TinyStories and name it with --corpus.", errors, StringComparison.Ordinal);
        Assert.Equal(
            errors.Contains("stories260K.bin is in none of the data folders", StringComparison.Ordinal),
            errors.Contains(
                "put stories260K/stories260K.bin and stories260K/tok512.bin there, from https://huggingface.co/karpathy/tinyllamas.",
                StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Stories_of_your_own_are_named_by_their_path()
    {
        NeedsData();
        var text = _session.PathOf("own.txt");
        await File.WriteAllTextAsync(text, string.Concat(Enumerable.Range(0, 60)
            .Select(day => $"On day {day} a cat saw {day} birds and was happy. {new string('!', day)}\n<|endoftext|>\n")));
        string[] little =
            ["--steps", "1", "--threads", "1", "--Training:SequenceLength=32", "--Training:Warmup=1", "--Training:ValidationSequences=2"];

        var missing = await _session.Run("Upcycling", ["--corpus", "nowhere.txt", .. little]);
        var found = await _session.Run("Upcycling", ["--corpus", text, .. little]);

        Assert.Equal(2, missing.ExitCode);
        Assert.StartsWith("error: There is no file nowhere.txt; download TinyStoriesV2-GPT4-valid.txt from ", Assert.Single(missing.Errors),
            StringComparison.Ordinal);
        Assert.Equal((0, 3), (found.ExitCode, Losses().Count(found.Output)));
    }

    [SkippableFact]
    public async Task The_verbs_make_of_it_an_exported_mixture_that_says_the_documented_text()
    {
        NeedsData();
        var model = Path.Combine(Data, "stories260K", "stories260K.bin");
        string[] greedy = ["--temperature", "0", "--tokens", "60", "--threads", "1"];

        var dense = await _session.Run("Upcycling", ["generate", "--model", model, .. greedy]);
        var upcycled = await _session.Run("Upcycling", "upcycle", "--model", model, "--variant", "Smoe", "--name", "up");
        var exported = await _session.Run("Upcycling", "export", "--model", _session.PathOf("runs", "up"), "--to", "mixtral");
        var mixture = await _session.Run("Upcycling", ["generate", "--model", "mixtral", .. greedy]);

        Assert.StartsWith("Once upon a time, there was a little girl named Lily. She loved to play outside in the park.",
            dense.Output, StringComparison.Ordinal);
        Assert.Contains("start: computes what the dense model did", upcycled.Output, StringComparison.Ordinal);
        Assert.StartsWith("Smoe written as mixtral to mixtral", exported.Output, StringComparison.Ordinal);
        Assert.Equal(dense.Output, mixture.Output);
    }

    [SkippableFact]
    public async Task Conversations_made_of_stories_teach_the_model_by_adapters_that_are_merged_on_export()
    {
        NeedsData();
        var model = Path.Combine(Data, "stories260K", "stories260K.bin");

        var chats = await _session.Run("Upcycling", "chats");
        var tuned = await _session.Run(
            "Upcycling", "finetune", "--model", model, "--data", "chats.jsonl", "--steps", "30", "--learning-rate", "0.005",
            "--threads", "1", "--Training:Warmup=3", "--Training:ValidationSequences=32", "--name", "tuned");
        var exported = await _session.Run("Upcycling", "export", "--model", "runs/tuned", "--to", "hf");
        var asked = await _session.Run(
            "Upcycling", "generate", "--model", "hf", "--prompt", "Tell a story about a dog.", "--temperature", "0", "--tokens", "40");

        Assert.Matches(@"^\d+ conversations written to chats.jsonl", chats.Output);
        Assert.Empty(tuned.Errors);
        var losses = AnswerLosses().Match(tuned.Output);
        Assert.True(Number(losses.Groups["after"]) < Number(losses.Groups["before"]), tuned.Output);
        Assert.Contains("written as llama to hf", exported.Output, StringComparison.Ordinal);
        Assert.True(asked.Output.Length > 60, asked.Output);
    }

    private static void NeedsData() => Skip.IfNot(
        File.Exists(Path.Combine(Data, "stories260K", "stories260K.bin")) && File.Exists(Path.Combine(Data, "tinystories", "val.txt.gz")),
        "the data folder has no stories260K or tinystories");

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^  (?<name>\w+) +(?<start>\d\.\d+) -> (?<end>\d\.\d+) nats", RegexOptions.Multiline)]
    private static partial Regex Losses();

    [GeneratedRegex(@"Loss on held-out answers: (?<before>\d\.\d+) before, (?<after>\d\.\d+) nats")]
    private static partial Regex AnswerLosses();
}
