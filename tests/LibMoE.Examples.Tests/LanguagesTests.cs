using System.Text.Json;

namespace LibMoE.Examples.Tests;

/// <summary>Genesis in several languages, as a user runs it: adaptation to languages never seen, and weights of domains.</summary>
public sealed class LanguagesTests : IDisposable
{
    private const string Data = "domains/genesis.zip";

    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task The_quick_version_measures_four_beginnings_and_parts_of_the_mixture_and_says_what_was_asked_for()
    {
        Skip.IfNot(IsThere(Data), $"{Data} is in no data folder of this machine.");

        var ended = await _session.Run(
            "Languages/Adaptation", "--quick", "--threads", "1", "--name", "quick", "--adapt", "all,router",
            "--Study:Grid:Training:Meta:Outer=None,Pretraining,Reptile,FirstOrderMaml");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("runs", "quick", "results.json")));
        var variants = results.RootElement.GetProperty("variants").EnumerateArray().ToDictionary(
            variant => variant.GetProperty("name").GetString()!,
            variant => variant.GetProperty("metrics").EnumerateArray().ToDictionary(
                metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").ToString()));
        Assert.Equal(8, variants.Count);
        Assert.All(variants, variant => Assert.Equal(["nats@5", "nats@0", "router@5"], variant.Value.Keys));
        Assert.Equal("NaN", variants["Dense Meta:Outer=Reptile"]["router@5"]);
        Assert.NotEqual("NaN", variants["LanguageMoe Meta:Outer=Reptile"]["router@5"]);
        Assert.Contains(
            "Asked for: nats@5 below that of joint training (Pretraining). Dense Reptile on one seed: cannot be told", ended.Output
                .ReplaceLineEndings(" "));
    }

    [SkippableTheory]
    [InlineData("--held-out", "Danish,Swedish", "'Danish' is to be held out, which is no domain of the corpus; ")]
    [InlineData("--held-out", "Swedish", "Fewer than two domains are held out; ")]
    [InlineData("--rates", "0", "--rates (Languages:Rates) has '0'; it must be a rate above 0.")]
    public async Task What_there_is_not_is_refused_with_what_there_is(string option, string value, string error)
    {
        Skip.IfNot(IsThere(Data), $"{Data} is in no data folder of this machine.");

        var ended = await _session.Run("Languages/Adaptation", option, value, "--quick");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(ended.Errors, line => line.StartsWith("error: " + error, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_quick_version_of_the_weights_shows_worst_and_mean_against_equal_weights_of_all_eight_texts()
    {
        Skip.IfNot(IsThere(Data), $"{Data} is in no data folder of this machine.");

        var ended = await _session.Run("Languages/Robust", "--quick", "--threads", "1", "--name", "quick");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("runs", "quick", "results.json")));
        Assert.All(results.RootElement.GetProperty("variants").EnumerateArray(), variant =>
            Assert.Equal(
                ["English", "Finnish", "French", "German", "Lolcat", "Portuguese", "Swedish", "WorldEnglish"],
                variant.GetProperty("domains").EnumerateObject().Select(domain => domain.Name)));
        Assert.All(["Dense", "LanguageMoe"], net => Assert.Matches(
            $@"(?m)^{net} GroupRobust:Rate=0\.01: worst \d\.\d{{3}} \(\w+\), mean \d\.\d{{3}}; [+−]0\.\d{{3}} \(one seed\) and ",
            ended.Output));
    }

    [SkippableFact]
    public async Task Without_the_texts_one_line_says_how_to_get_them_and_what_reads_none_works()
    {
        Skip.If(IsThere(Data), $"{Data} is beside this checkout, where programs look too.");

        var ended = await _session.Run("Languages/Robust", "--quick");
        var listed = await _session.Run("Languages/Robust", "runs", "list");

        Assert.Equal(2, ended.ExitCode);
        Assert.StartsWith($"error: {Data} is in none of the data folders", Assert.Single(ended.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(listed.Errors, line => line.Contains(Data, StringComparison.Ordinal));
    }

    /// <summary>Beside the checkout, where a program looks too, whatever LIBMOE_DATA says.</summary>
    private static bool IsThere(string file) => File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", file));
}
