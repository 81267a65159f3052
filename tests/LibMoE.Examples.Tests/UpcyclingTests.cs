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

    [SkippableFact]
    public async Task Without_the_data_one_line_says_what_is_missing()
    {
        Skip.If(Directory.Exists(Data), "the data lies beside this checkout, where programs find it");

        var ended = await _session.Run("Upcycling", "--quick");

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith("error: stories260K/stories260K.bin is in none of the data folders", Assert.Single(ended.Errors), StringComparison.Ordinal);
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

        Assert.StartsWith("Once upon a time, there was a little girl named Lily. She loved to play outside in the park.", dense.Output, StringComparison.Ordinal);
        Assert.Contains("start: computes what the dense model did", upcycled.Output, StringComparison.Ordinal);
        Assert.Equal("Smoe written as mixtral to mixtral", exported.Output.Trim());
        Assert.Equal(dense.Output, mixture.Output);
    }

    private static void NeedsData() => Skip.IfNot(
        File.Exists(Path.Combine(Data, "stories260K", "stories260K.bin")) && File.Exists(Path.Combine(Data, "tinystories", "val.txt.gz")),
        "the data folder has no stories260K or tinystories");

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^  (?<name>\w+) +(?<start>\d\.\d+) -> (?<end>\d\.\d+) nats", RegexOptions.Multiline)]
    private static partial Regex Losses();
}
