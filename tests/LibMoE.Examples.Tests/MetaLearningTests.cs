using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>Characters that were never seen, as a user runs them: four beginnings, a mixture and its dense twin.</summary>
public sealed class MetaLearningTests : IDisposable
{
    private const string Data = "omniglot/images_background_small1.zip";

    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task The_quick_version_shows_four_beginnings_of_mixture_and_dense_beside_the_nearest_centroid_of_raw_pixels()
    {
        Skip.IfNot(IsThere(Data), $"{Data} is in no data folder of this machine.");

        var ended = await _session.Run(
            "MetaLearning", "--quick", "--threads", "1", "--name", "quick",
            "--Study:Grid:Training:Meta:Outer=None,Pretraining,Reptile,FirstOrderMaml");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("runs", "quick", "results.json")));
        var names = results.RootElement.GetProperty("variants").EnumerateArray()
            .Select(variant => variant.GetProperty("name").GetString()!).ToList();
        Assert.Equal(
            [
                .. from outer in new[] { "FirstOrderMaml", "None", "Pretraining", "Reptile" }
                   from net in new[] { "Dense", "GlyphMoe" }
                   select $"{net} Meta:Outer={outer}",
            ],
            names.Order(StringComparer.Ordinal).OrderBy(name => name.Split('=')[1], StringComparer.Ordinal));
        Assert.Matches(@"(?m)^ nearest centroid .*0\.\d+ ± 0\.\d+", ended.Output);

        var gains = await _session.Run("MetaLearning", "gains", "--run", _session.PathOf("runs", "quick"));

        Assert.Empty(gains.Errors);
        Assert.All(["Dense", "GlyphMoe"], net => Assert.Matches(
            $@"(?m)^{net}\s+Reptile − None: accuracy@5 [+−]0\.\d{{3}} \(one seed\), accuracy@1 ", gains.Output));
        Assert.All([ended.Output, gains.Output], output => Assert.Matches(
            @"Asked for: Reptile − None at least \+0\.080 in accuracy@5\.\s+Dense\s[+−]0\.\d{3}\s\(one\sseed\):\s(reached|missed),\s",
            output));
    }

    [SkippableFact]
    public async Task Parts_that_are_adapted_are_measured_apart_and_a_dense_net_has_no_router()
    {
        Skip.IfNot(IsThere(Data), $"{Data} is in no data folder of this machine.");

        var ended = await _session.Run(
            "MetaLearning", "--quick", "--threads", "1", "--name", "parts", "--adapt", "all,router+head",
            "--Study:Grid:Training:Meta:Outer=Reptile");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("runs", "parts", "results.json")));
        var metrics = results.RootElement.GetProperty("variants").EnumerateArray().ToDictionary(
            variant => variant.GetProperty("name").GetString()!.Split(' ')[0],
            variant => variant.GetProperty("metrics").EnumerateArray()
                .Single(metric => metric.GetProperty("name").GetString() == "router+head@5").GetProperty("value"));
        Assert.InRange(metrics["GlyphMoe"].GetDouble(), 0.01, 1);
        Assert.Equal("NaN", metrics["Dense"].ToString());
    }

    [SkippableTheory]
    [InlineData(
        "--adapt", "gate", "A task is to adapt 'gate'; a part must be one of router, experts, head, body, several joined by +, or all.")]
    [InlineData("--shots", "20", "--shots (Omniglot:Shots) is '20'; it must be a number of drawings from 1 to 10.")]
    public async Task What_there_is_not_is_refused_with_what_there_is(string option, string value, string error)
    {
        Skip.IfNot(IsThere(Data), $"{Data} is in no data folder of this machine.");

        var ended = await _session.Run("MetaLearning", option, value, "--quick");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("error: " + error, ended.Errors);
    }

    /// <summary>Beside the checkout, where a program looks too, whatever LIBMOE_DATA says.</summary>
    private static bool IsThere(string file) => File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", file));
}
