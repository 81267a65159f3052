using System.Globalization;
using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>examples/Pretraining, as a user runs it in the folder of a preset.</summary>
public sealed class PretrainingTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("libmoe-154m", "157,934,400 in total, 36,299,584 active")]
    [InlineData("libmoe-679m", "678,287,168 in total, 130,930,496 active")]
    public async Task LibMoEs_presets_have_the_published_parameter_counts(string preset, string parameters)
    {
        Take(preset);

        var ended = await _session.Run("Pretraining", "describe", "--variants", "Smoe");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains(parameters, ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tiny_preset_trains_on_any_folder_of_text()
    {
        Directory.CreateDirectory(_session.PathOf("texts"));
        foreach (var number in Enumerable.Range(0, 20))
        {
            File.WriteAllText(
                _session.PathOf("texts", $"{number}.txt"), string.Concat(
                    Enumerable.Range(0, 200).Select(line => $"Line {line} of text {number} says {line % 7}.\n")));
        }

        var ended = await _session.Run(
            "Pretraining", "train", "--variant", "Smoe", "--corpus", "texts", "--quick", "--Watch:SecondsBetweenLines=0");

        Assert.Equal(0, ended.ExitCode);
        Assert.InRange(Losses("smoe")["Smoe"], 0.1, 2.5);
        Assert.Equal(
            6, ended.Output.Split('\n').Count(line => line.StartsWith("  expert load by block, max/mean ", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_dense_model_of_nanoGPTs_size_learns_tinyshakespeare()
    {
        TakeShakespeare();

        var ended = await _session.Run(
            "Pretraining", "study", "--corpus", "corpus", "--variants", "Dense", "--seeds", "1", "--steps", "150", "--threads",
            "1", "--name", "short");

        Assert.Equal(0, ended.ExitCode);
        // Pairs of characters give 2.49; the whole 2,000 steps 1.74.
        Assert.InRange(Losses("short")["Dense"], 2.2, 2.6);
    }

    /// <summary>Some 12 minutes: dotnet test tests/LibMoE.Examples.Tests -c Release -p:Campaign=true --filter
    /// "FullyQualifiedName~public_line".</summary>
    [SkippableFact, Trait("Category", "Campaign")]
    public async Task The_public_line_of_1_88_is_met_over_three_seeds_and_a_mixture_of_equal_active_parameters_goes_below()
    {
        TakeShakespeare();

        var ended = await _session.Run("Pretraining", "study", "--corpus", "corpus", "--threads", "1", "--name", "line");

        Assert.Equal(0, ended.ExitCode);
        var losses = Losses("line");
        Assert.InRange(losses["Dense"], 1, 1.88 + 0.03);
        Assert.InRange(losses["CharacterMoe"], 1, losses["Dense"]);
    }

    private void Take(string preset) => File.Copy(
        Repository.PathOf("examples", "Pretraining", "presets", preset, "appsettings.json"), _session.PathOf("appsettings.json"));

    /// <summary>Ten equal parts: the last is held out, as nanoGPT holds out the last tenth.</summary>
    private void TakeShakespeare()
    {
        var data = Environment.GetEnvironmentVariable("LIBMOE_DATA") ?? Repository.PathOf("..", "shared", "data");
        var input = Path.Combine(data, "tinyshakespeare", "input.txt");
        Skip.IfNot(File.Exists(input), $"{input} is not there.");
        Take("nanogpt-cpu");
        var text = File.ReadAllBytes(input);
        Directory.CreateDirectory(_session.PathOf("corpus"));
        foreach (var part in Enumerable.Range(0, 10))
        {
            var (from, to) = (text.Length * (long)part / 10, text.Length * (part + 1L) / 10);
            File.WriteAllBytes(
                _session.PathOf("corpus", string.Create(CultureInfo.InvariantCulture, $"part-{part}.txt")), text[(int)from..(int)to]);
        }
    }

    private Dictionary<string, double> Losses(string run)
    {
        using var results = JsonDocument.Parse(File.ReadAllText(_session.PathOf("runs", run, "results.json")));
        return results.RootElement.GetProperty("variants").EnumerateArray().ToDictionary(
            variant => variant.GetProperty("name").GetString()!, variant => variant.GetProperty("validationLoss").GetDouble());
    }
}
