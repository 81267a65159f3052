using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A mixture becomes a dense model, which learns from it.</summary>
public sealed partial class MergeVerbTests : IDisposable
{
    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 32 };

    private static readonly string[] Training =
        ["--corpus", "text.txt", "--threads", "1", "--batch", "2", "--sequence-length", "16", "--Training:ValidationSequences=8",
            "--Training:Warmup=1"];

    private readonly HostedRun _host = new();

    public MergeVerbTests()
    {
        using var mixture = LanguageModel.Create(Small, MoeVariant.Of<HostedSmoe>(), seed: 2);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();

        // Experts of a new model give too little to tell one merging from another.
        foreach (var (_, value) in mixture.state_dict().Where(entry => entry.Key.Contains("experts", StringComparison.Ordinal)))
        {
            value.copy_(value * 20);
        }

        ModelSaver.Save(mixture, new ByteTokenizer(), "mixture");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_mixture_is_merged_trained_as_its_student_exported_and_continues_a_text()
    {
        Assert.Equal(0, await _host.Run(["merge", "--model", "mixture", "--steps", "3", "--name", "one", .. Training]));
        Assert.Empty(_host.Errors);
        Assert.Matches(@"  blocks\.1\.ffn: side by side expert \d times 0\.\d+, expert \d times 0\.\d+", _host.Output);
        Assert.NotEqual(Loss("merged"), Loss("trained for 3 steps"));
        Assert.Contains($"Written to {Path.Combine("runs", "one", "Dense", "seed-0")}", _host.Output, StringComparison.Ordinal);
        var config = await File.ReadAllTextAsync(Path.Combine("runs", "one", "Dense", "seed-0", "config.json"));
        Assert.Matches("\"teacher\": \"mixture\"", config);

        Assert.Equal(0, await _host.Run("export", "--model", "runs/one", "--to", "out"));
        Assert.StartsWith("Dense written as llama to out", _host.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Its FFNs were merged from the experts of a mixture:\n\n- mixture: mixture, SHA-256 ",
            await File.ReadAllTextAsync(Path.Combine("out", "README.md")), StringComparison.Ordinal);
        Assert.Equal(0, await _host.Run("generate", "--model", "out", "--prompt", "Line ", "--tokens", "6", "--threads", "1"));
    }

    [Fact]
    public async Task All_experts_side_by_side_are_closer_to_a_mixture_than_their_mean()
    {
        Assert.Equal(0, await _host.Run(["merge", "--model", "mixture", "--experts", "4", "--name", "four", .. Training]));
        var (mixture, four) = (Loss("mixture"), Loss("merged"));
        Assert.Contains("as a dense model, ", _host.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _host.Run(["merge", "--model", "mixture", "--kind", "Average", "--name", "mean", .. Training]));

        Assert.Contains("mean of expert ", _host.Output, StringComparison.Ordinal);
        Assert.Equal(mixture, Loss("mixture"));
        Assert.True(Math.Abs(four - mixture) < Math.Abs(Loss("merged") - mixture), $"{mixture}, {four}, {Loss("merged")}");
    }

    [Theory]
    [InlineData("--model (Merging:Model) is empty; it must be the path of a mixture.")]
    [InlineData(
        "--experts (Merging:Experts) is 9; it must be from 1 to 4, the experts of a layer.", "--model", "mixture", "--experts", "9")]
    [InlineData("--kind (Merging:Kind) is 'Best'; it must be one of Average, Concatenate.", "--model", "mixture", "--kind", "Best")]
    [InlineData("--steps (Merging:Steps) is -1; it must be at least 0.", "--model", "mixture", "--steps", "-1")]
    public async Task What_it_cannot_do_is_said_in_one_sentence(string error, params string[] options)
    {
        Assert.Equal(2, await _host.Run(["merge", .. options, .. Training]));
        Assert.Equal([$"error: {error}"], _host.Errors);
    }

    private double Loss(string name)
    {
        var found = Losses().Matches(_host.Output).Single(line => line.Groups["name"].Value == name);
        return double.Parse(found.Groups["loss"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Held-out loss, (?<name>[^:]+): (?<loss>\d+\.\d+) ±")]
    private static partial Regex Losses();
}
