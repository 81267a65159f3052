using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>The main job, in its quick form, as a user runs it.</summary>
public sealed partial class QuickstartStudyTests(QuickstartStudyTests.QuickStudy study) : IClassFixture<QuickstartStudyTests.QuickStudy>
{
    private static readonly string[] Variants = ["Dense", "Smoe", "SigmoidMoe", "CosineMoe", "PerturbedCosineMoe", "HyperMoe"];

    private static readonly string[] Figures =
    [
        "structureHash", "totalParameters", "activeParameters", "flopsPerToken", "trainLoss", "validationLoss", "validationLossStdErr",
        "perplexityPerByte", "tokensPerSecond", "loadCv", "deadExperts", "metrics", "tasks",
    ];

    [Fact]
    public void It_ends_well_and_leaves_nothing_but_its_run_folder()
    {
        Assert.Equal(0, study.Ended.ExitCode);
        Assert.Empty(study.Ended.Errors);
        Assert.Equal(["runs"], study.Session.Files);
        Assert.Equal(["quickstart"], Directory.GetDirectories(study.Session.PathOf("runs")).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFiles(study.Session.PathOf("runs"), "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void The_results_follow_the_schema()
    {
        var results = study.Results;
        Assert.Equal(["schema", "variants", "machine", "corpus"], Keys(results));
        Assert.Equal(1, results.GetProperty("schema").GetInt32());
        Assert.Equal(["os", "cpu", "cores", "threads", "libtorch", "dotnet", "device"], Keys(results.GetProperty("machine")));
        Assert.Equal(["name", "sha256"], Keys(results.GetProperty("corpus")));
        Assert.Matches("^[0-9a-f]{64}$", results.GetProperty("corpus").GetProperty("sha256").GetString());
        Assert.Equal(Variants, results.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("name").GetString()));
        foreach (var variant in results.GetProperty("variants").EnumerateArray())
        {
            Assert.Equal(["name", .. Figures, "seeds"], Keys(variant));
            var seed = Assert.Single(variant.GetProperty("seeds").EnumerateArray());
            Assert.Equal(["seed", .. Figures], Keys(seed));
            Assert.All(Figures, key => Assert.True(JsonElement.DeepEquals(variant.GetProperty(key), seed.GetProperty(key)), key));
            Assert.Matches("^[0-9a-f]{64}$", variant.GetProperty("structureHash").GetString());
            Assert.Equal(
                Math.Exp(variant.GetProperty("validationLoss").GetDouble()), variant.GetProperty("perplexityPerByte").GetDouble(), 1e-9);
        }
    }

    [Fact]
    public void Variants_differ_in_all_parameters_but_not_in_active_ones()
    {
        var active = study.Variants.Select(variant => variant.GetProperty("activeParameters").GetInt64()).ToList();
        var dense = study.Variants.First();

        Assert.InRange((double)active.Max() / active.Min(), 1, 1.02);
        Assert.Equal(dense.GetProperty("activeParameters").GetInt64(), dense.GetProperty("totalParameters").GetInt64());
        Assert.All(
            study.Variants.Skip(1),
            mixture => Assert.True(
                mixture.GetProperty("totalParameters").GetInt64() > 3 * mixture.GetProperty("activeParameters").GetInt64()));
        Assert.Equal(
            Variants.Length, study.Variants.Select(variant => variant.GetProperty("structureHash").GetString()).Distinct().Count());
        Assert.DoesNotContain("Active parameters differ", study.Ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Even_the_quick_version_learns_more_than_how_often_letters_occur()
    {
        var yardsticks = Yardsticks()
            .Match(string.Join(' ', study.Ended.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        Assert.True(yardsticks.Success, study.Ended.Output);
        var (unigram, bigram) = (Number(yardsticks.Groups[1]), Number(yardsticks.Groups[2]));

        Assert.InRange(bigram, 1, unigram);
        Assert.All(study.Variants, variant => Assert.InRange(variant.GetProperty("validationLoss").GetDouble(), 1, unigram));

        static double Number(Group text) => double.Parse(text.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Balance_is_measured_where_there_is_something_to_balance()
    {
        Assert.Equal(JsonValueKind.Null, study.Variants.First().GetProperty("loadCv").ValueKind);
        Assert.All(study.Variants.Skip(1), mixture => Assert.InRange(mixture.GetProperty("loadCv").GetDouble(), 0.01, 4));
        Assert.All(study.Variants.Skip(1), mixture => Assert.InRange(mixture.GetProperty("deadExperts").GetDouble(), 0, 30));
    }

    [Fact]
    public void The_table_has_a_row_for_every_variant_and_words_follow_it()
    {
        var lines = study.Ended.Output.Split('\n').Select(line => line.Trim()).ToList();
        var header = lines.FindIndex(line => line.StartsWith("Variant", StringComparison.Ordinal));

        Assert.All(
            ["Variant", "Active", "Validation loss", "Perpl.", "Tokens", "Load", "Dead", "Wall"],
            column => Assert.Contains(column, lines[header], StringComparison.Ordinal));
        Assert.Equal(Variants, lines.Skip(header + 3).Take(Variants.Length).Select(row => row.Split(' ')[0]));
        Assert.Contains("reference documentation", study.Ended.Output, StringComparison.Ordinal);
        Assert.Contains("At equal active parameters and tokens, ", study.Ended.Output, StringComparison.Ordinal);
        Assert.Contains("equal wall time", study.Ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_redirected_output_is_plain_text()
    {
        Assert.DoesNotContain('\u001b', study.Ended.Output);
        Assert.All(Variants.Index(), variant =>
            Assert.Contains(
                $"[{variant.Index + 1}/{Variants.Length}] {variant.Item}: validation loss ", study.Ended.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_run_keeps_its_configuration_and_its_metrics()
    {
        foreach (var variant in Variants)
        {
            var run = study.Session.PathOf("runs", "quickstart", variant, "seed-0");
            Assert.All(["analysis.json", "config.json", "metrics.jsonl", "result.json"], name => Assert.True(
                File.Exists(Path.Combine(run, name)), name));
            Assert.Single(Directory.GetFiles(run, "events.out.tfevents.*"));
            using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "config.json")));
            Assert.Equal(variant, config.RootElement.GetProperty("variant").GetString());
            Assert.Equal(variant != "Dense", config.RootElement.GetProperty("declaration").ValueKind == JsonValueKind.Object);

            var steps = File.ReadLines(Path.Combine(run, "metrics.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32())
                .ToList();
            Assert.Equal(steps.Order(), steps);
            Assert.Equal(config.RootElement.GetProperty("training").GetProperty("steps").GetInt32(), steps[^1]);
        }
    }

    [Fact]
    public async Task The_report_written_again_from_the_run_folder_is_the_same()
    {
        string[] written = ["report.html", .. Inside("data", "*.csv"), .. Inside("charts", "*.png")];
        Assert.InRange(written.Length, 20, 500);
        var before = Hashes();
        foreach (var file in written)
        {
            File.Delete(Path.Combine(Run, file));
        }

        var ended = await study.Session.Run("Quickstart", "report");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal($"Written to {Path.Combine("runs", "quickstart", "report.html")}", ended.Output.Trim());
        Assert.Equal(before, Hashes());

        IEnumerable<string> Inside(string folder, string what) =>
            Directory.GetFiles(Path.Combine(Run, folder), what)
                .Select(path => Path.GetRelativePath(Run, path)).Order(StringComparer.Ordinal);

        List<string> Hashes() =>
            [.. written.Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Run, file))))}")];
    }

    [Fact]
    public async Task A_finished_cell_is_analysed_again_and_shows_a_given_text()
    {
        using var session = new UserSession();
        var (from, cell) = (Path.Combine(Run, "Smoe", "seed-0"), session.PathOf("Smoe", "seed-0"));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(cell, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var ended = await session.Run(
            "Quickstart", "analyze", "--checkpoint", cell, "--text", "Returns it.", "--ablations", "true", "--threads", "1",
            "--Analysis:Sequences=4", "--Analysis:PerturbationSequences=2", "--Analysis:Texts=0");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        using var before = JsonDocument.Parse(File.ReadAllText(Path.Combine(from, "analysis.json")));
        using var after = JsonDocument.Parse(File.ReadAllText(Path.Combine(cell, "analysis.json")));
        Assert.Equal(64 / 4, before.RootElement.GetProperty("tokens").GetInt64() / after.RootElement.GetProperty("tokens").GetInt64());
        Assert.Equal(2 * 16, after.RootElement.GetProperty("perturbations").EnumerateArray().Count(
            result => result.GetProperty("name").GetString() == "Ablate"));
        using var routing = JsonDocument.Parse(File.ReadAllText(Path.Combine(cell, "routing.json")));
        Assert.Equal(
            "Returns it.", string.Concat(routing.RootElement.GetProperty("tokens").EnumerateArray().Select(token => token.GetString())));
        Assert.Contains("<html", File.ReadAllText(Path.Combine(cell, "routing.html")), StringComparison.Ordinal);
    }

    private string Run => study.Session.PathOf("runs", "quickstart");

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    [GeneratedRegex(@"Counting single tokens gives a\s+loss of ([\d.]+), counting pairs ([\d.]+):")]
    private static partial Regex Yardsticks();

    /// <summary>One run for all the claims above.</summary>
    public sealed class QuickStudy : IAsyncLifetime
    {
        public UserSession Session { get; } = new();

        public Ended Ended { get; private set; } = null!;

        public JsonElement Results { get; private set; }

        public IEnumerable<JsonElement> Variants => Results.GetProperty("variants").EnumerateArray();

        public async Task InitializeAsync()
        {
            Ended = await Session.Run("Quickstart", "--quick");
            var file = Session.PathOf("runs", "quickstart", "results.json");
            Assert.True(File.Exists(file), $"{Ended.Output}\n{string.Join('\n', Ended.Errors)}");
            Results = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        }

        public Task DisposeAsync()
        {
            Session.Dispose();
            return Task.CompletedTask;
        }
    }
}
