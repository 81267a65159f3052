using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>Other domains than text, as a user runs them: every example with <c>--quick</c>, on its own data where they are
/// there.</summary>
public sealed partial class DomainTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableTheory]
    [InlineData("Tabular", "adult/adult.data.gz", "--table", "adult", "logistic regression", "odds gap")]
    [InlineData("Tabular", "breast_cancer/breast_cancer.csv", "--table", "breast-cancer", "logistic regression", "auroc")]
    [InlineData("Tabular", "fed_heart/processed.va.data", "--table", "heart", "majority of the hospital", "accuracy.va")]
    [InlineData("Images", "fashion_mnist/test-images-idx3-ubyte.gz", "--images", "fashion", "nearest neighbours", "calibration error")]
    [InlineData("Images", "digits/digits.csv.gz", "--images", "digits", "nearest neighbours", "accuracy")]
    [InlineData("Images", "pneumonia_mnist/val-images-idx3-ubyte.gz", "--images", "pneumonia", "logistic regression", "auroc")]
    [InlineData("Images", "fashion_mnist/test-images-idx3-ubyte.gz", "--images", "fashion-1000", "nearest neighbours", "accuracy")]
    [InlineData("Speech", "fsdd/test-takes-00-04.zip", "--snr", "10,0", "nearest neighbours", "accuracy.0 dB")]
    [InlineData("Speech", "fsdd/test-takes-00-04.zip", "--speaker", "lucas", "nearest neighbours", "accuracy.clean")]
    [InlineData("Speech", "fsdd/test-takes-00-04.zip", "--groups", "speaker", "nearest neighbours", "accuracy.lucas")]
    [InlineData("Detection", "bccd/annotations.zip", "--held-out", "validation", "colour threshold", "AP50.platelet")]
    [InlineData("Segmentation", "fashion_mnist/test-images-idx3-ubyte.gz", "--threads", "1", "class mean per pixel", "mIoU")]
    [InlineData("Recommendation", "msweb/anonymous-msweb.data.gz", "--threads", "1", "EASE", "ndcg@10")]
    [InlineData("Translation", "tatoeba/swe-eng.zip", "--threads", "1", "word by word", "chrF")]
    public async Task The_quick_version_shows_mixture_and_dense_beside_simple_methods(
        string example, string file, string option, string value, string method, string metric)
    {
        Skip.IfNot(IsThere(file), $"{file} is in no data folder of this machine.");

        var ended = await _session.Run($"Domains/{example}", "--quick", option, value, "--name", "quick");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var rows = Rows().Matches(ended.Output).Select(row => row.Groups[1].Value.Trim()).ToList();
        Assert.Contains(rows, row => row == method);
        Assert.Contains(rows, row => row == "Dense");
        Assert.Contains(metric.Split(' ')[0], ended.Output, StringComparison.Ordinal);
        if (example == "Images")
        {
            Assert.Matches("Asked for: .*: (reached|missed|not measured)", Regex.Replace(ended.Output, @"\s+", " "));
        }

        Assert.Contains("Beside simple methods", await File.ReadAllTextAsync(_session.PathOf("runs", "quick", "report.html")),
            StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_detectors_found_lies_in_files_of_COCO_s_that_score_as_the_study_does()
    {
        Skip.IfNot(IsThere("bccd/annotations.zip"), "bccd/annotations.zip is in no data folder of this machine.");
        var (folder, metrics) = (_session.PathOf("coco"), new[] { "mAP50", "AP50.red cell", "AP50.white cell", "AP50.platelet" });

        var ended = await _session.Run(
            "Domains/Detection", "--quick", "--steps", "20", "--threads", "1", "--variants", "Dense", "--name", "coco", "--coco", folder);
        var scored = await _session.Run(
            "Domains/Detection", "score", "--truth", Path.Combine(folder, "annotations.json"), "--found",
            Path.Combine(folder, "Dense.seed-0.json"));

        Assert.Equal(0, ended.ExitCode);
        Assert.Empty(scored.Errors);
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("runs", "coco", "results.json")));
        var figures = results.RootElement.GetProperty("variants")[0].GetProperty("metrics").EnumerateArray()
            .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value"));
        Assert.All(metrics.Zip(["all", "red cell", "white cell", "platelet"]), pair =>
        {
            var figure = Regex.Escape(FormattableString.Invariant($"{figures[pair.First].GetDouble():F4}"));
            Assert.Matches($@"(?m)^{pair.Second}\s+{figure} ± ", scored.Output);
        });
    }

    [SkippableFact]
    public async Task What_closing_gaps_costs_is_drawn_and_held_to_what_was_asked_for()
    {
        Skip.IfNot(IsThere("adult/adult.data.gz"), "adult/adult.data.gz is in no data folder of this machine.");

        var ended = await _session.Run(
            "Domains/Tabular", "--variants", "Smoe", "--seeds", "3", "--steps", "5", "--threads", "1", "--name", "gaps",
            "--Training:ValidationSequences=1000", "--Analysis:Enabled=false", "--Study:Grid:Training:Fairness:Parity=0,1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var output = Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Matches(@"boosted trees \(scikit-learn's gradient boosting, not run here\) accuracy 0\.871\. Smoe ", output);
        Assert.All(
            [("parity", @"0\.04 for at most 1\.7"), ("odds", @"0\.06 for at most 0\.7")],
            asked => Assert.Matches(
                $@"Asked for: {asked.Item1} gap at most {asked.Item2} points of accuracy, against the same seeds without a term\. "
                + $@"Smoe \S+=1: {asked.Item1} gap \d\.\d{{3}} ± \d\.\d{{3}}, accuracy [+−]\d+\.\d\d ± \d+\.\d\d points: "
                + "(reached|missed)",
                output));
        var figures = await File.ReadAllLinesAsync(_session.PathOf("runs", "gaps", "data", "trade-off-parity-gap.csv"));
        Assert.StartsWith("variant,front,parity gap,parity gap_std_err,accuracy,accuracy_std_err,", figures[0], StringComparison.Ordinal);
        Assert.Equal(3, figures.Length);
        Assert.True(new FileInfo(_session.PathOf("runs", "gaps", "charts", "trade-off-odds-gap.png")).Length > 1000);
    }

    [SkippableFact]
    public async Task What_experts_have_to_do_with_people_s_groups_is_shown_with_each_expert_taken_away()
    {
        Skip.IfNot(IsThere("adult/adult.data.gz"), "adult/adult.data.gz is in no data folder of this machine.");

        var ended = await _session.Run("Domains/Tabular", "experts", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"I\(expert; sex \| income\): 0\.\d{4} ± 0\.\d{4} nats", ended.Output);
        Assert.All(["as it is", "without the most telling", "without another", "difference of the two"], row => Assert.Matches(
            $@"(?m)^{row}\s+accuracy -?0\.\d{{3}} ± 0\.\d{{3}}, parity gap -?0\.\d{{3}} ± 0\.\d{{3}}, odds gap ", ended.Output));
        Assert.Equal(8, Regex.Count(ended.Output, @"(?m)^expert \d: (nobody|\d+ people)"));
        Assert.Single(Regex.Matches(ended.Output, "the most telling$", RegexOptions.Multiline));
    }

    [SkippableFact]
    public async Task What_the_experts_of_images_tell_of_classes_is_shown_with_the_mixture_against_dense_and_with_limited_experts()
    {
        Skip.IfNot(IsThere("digits/digits.csv.gz"), "digits/digits.csv.gz is in no data folder of this machine.");

        var ended = await _session.Run("Domains/Images", "experts", "--images", "digits", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var output = Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Matches(
            @"seed 0: mixture − dense [+−]0\.\d{4} ± 0\.\d{4} \(95 %; alone right on \d+ and \d+, p [01]\.\d{3}\); ",
            output);
        Assert.Matches(@"I\(expert; class\) 0\.\d{4} nats, ", output);
        Assert.Contains("where the surest patches come first", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Which_experts_each_speaker_goes_to_is_shown_with_what_they_tell_of_speakers_and_what_chance_lets_them_tell()
    {
        Skip.IfNot(IsThere("fsdd/test-takes-00-04.zip"), "fsdd/test-takes-00-04.zip is in no data folder of this machine.");

        var ended = await _session.Run("Domains/Speech", "experts", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var output = Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Contains("300 utterances of clean speech, 1 seeds, 20 steps", output, StringComparison.Ordinal);
        const string Told = @" 0\.\d{4} nats, with \w+ permuted among equal \w+ 0\.\d{4}, at most 0\.\d{4} of 1000";
        Assert.All(["FrameMoe", "UtteranceMoe"], mixture => Assert.Matches(
            $@"{mixture}, seed 0 I\(expert; speaker\){Told} I\(expert; digit\){Told}", output));
        Assert.All(["george", "jackson", "lucas", "nicolas", "theo", "yweweler"], speaker => Assert.Equal(
            2, Shares(ended.Output, speaker).Count(shares => shares.Count == 8 && Math.Abs(shares.Sum() - 1) < 0.05)));
    }

    [SkippableFact]
    public async Task Each_speaker_is_held_out_in_turn_and_the_gates_are_compared_by_the_mean_and_the_worst_speaker()
    {
        Skip.IfNot(IsThere("fsdd/test-takes-00-04.zip"), "fsdd/test-takes-00-04.zip is in no data folder of this machine.");

        var ended = await _session.Run("Domains/Speech", "speakers", "--quick", "--seeds", "2", "--steps", "5", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        const string Share = @"[01]\.\d{3}";
        Assert.Matches($@"(?m)^nearest neighbours( +{Share}){{6}} +{Share} ± {Share} +{Share}$", ended.Output);
        Assert.All(["Dense", "FrameMoe", "UtteranceMoe"], net => Assert.Matches(
            $@"(?m)^{net}( +{Share}){{6}} +{Share} ± {Share} +{Share} ± {Share}$", ended.Output));
        const string Verdict = "(better|worse|not distinguishable)";
        Assert.All(["FrameMoe − Dense", "UtteranceMoe − Dense", "UtteranceMoe − FrameMoe"], pair =>
        {
            Assert.Matches($@"(?m)^{pair}: mean [+−]{Share} ± {Share} \(6 speakers\): {Verdict}$", ended.Output);
            Assert.Matches($@"(?m)^{pair}: worst [+−]{Share} ± {Share} \(2 seeds\): {Verdict}$", ended.Output);
        });
        Assert.Matches(
            "Asked for: UtteranceMoe better than FrameMoe by more than the interval: mean (reached|missed), worst (reached|missed).",
            ended.Output);
    }

    [SkippableTheory]
    [InlineData("at least 0.74", "--snr", "10,0")]
    [InlineData("at most 0.45", "--groups", "noise")]
    public async Task What_was_asked_for_in_loud_noise_depends_on_whether_noise_was_learned(string asked, string option, string value)
    {
        Skip.IfNot(IsThere("fsdd/test-takes-00-04.zip"), "fsdd/test-takes-00-04.zip is in no data folder of this machine.");

        var ended = await _session.Run(
            "Domains/Speech", "--quick", option, value, "--steps", "5", "--threads", "1", "--Analysis:Enabled=false");

        Assert.Equal(0, ended.ExitCode);
        var output = Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Matches($@"Asked for: accuracy\.0 dB {Regex.Escape(asked)}\. Dense 0\.\d{{3}} ± \S+: (reached|missed), FrameMoe ", output);
    }

    [SkippableFact]
    public async Task What_each_language_loses_without_the_expert_that_it_has_most_of_is_shown_beside_what_the_others_lose()
    {
        Skip.IfNot(IsThere("tatoeba/swe-eng.zip"), "tatoeba/swe-eng.zip is in no data folder of this machine.");

        var ended = await _session.Run("Domains/Translation", "experts", "--quick", "--threads", "1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var output = Regex.Replace(ended.Output, @"\s+", " ");
        Assert.Equal(
            4, Regex.Count(output, @"(en|de)coder block \d: I\(expert; language\) 0\.\d{4} nats, with languages permuted at most 0"));
        const string Loss = @"loses [+−]\d\.\d{4}";
        const string Error = @" ± \d\.\d{4}";
        Assert.All(["Swedish", "Dutch", "Indonesian"], language =>
        {
            Assert.Matches(
                $@"{language}'s expert, \d of (en|de)coder block \d, \d+ % of its picks: Swedish {Loss}{Error}, Dutch {Loss}{Error}, "
                + $"Indonesian {Loss}{Error}; without another of the layer {language} {Loss}",
                output);
            Assert.Matches($"Without {language}'s expert {language} {Loss}{Error} more than the other languages", output);
        });
    }

    [SkippableFact]
    public async Task Two_tasks_are_learned_with_one_gate_with_two_and_dense_and_their_differences_are_shown_with_what_was_asked_for()
    {
        Skip.IfNot(IsThere("msweb/anonymous-msweb.data.gz"), "msweb/anonymous-msweb.data.gz is in no data folder of this machine.");
        string[] both = ["--tasks", "both", "--variants", "Dense,OneGate,GatePerTask"];

        var ended = await _session.Run(
            "Domains/Recommendation", [.. both, "--quick", "--seeds", "2", "--steps", "5", "--threads", "1", "--name", "both"]);

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        var rows = Rows().Matches(ended.Output).Select(row => row.Groups[1].Value.Trim()).ToList();
        Assert.All(["EASE", "logistic regression", "Dense", "OneGate", "GatePerTask"], row => Assert.Contains(row, rows));
        const string Gain = @"[+−]\d\.\d{4} ± \d\.\d{4}";
        Assert.All(["GatePerTask − OneGate", "GatePerTask − Dense", "OneGate − Dense"], pair => Assert.Matches(
            $"(?m)^{pair}: rank score {Gain}, longer log loss {Gain}, longer auroc {Gain}$", ended.Output));
        Assert.Matches(
            @"Asked for: a gate for each task better than one gate at both, by 2 standard errors: rank score (reached|missed),",
            ended.Output);
        Assert.Equal(3, (await Figures("both")).Count);
    }

    [Theory]
    [InlineData("Recommendation", "--tasks", "areas", "--tasks (Tasks) is 'areas'; it must be area or both.")]
    [InlineData("Tabular", "--table", "adlut", "--table (Table) is 'adlut'; it must be one of adult, adult-blind, breast-cancer, heart.")]
    [InlineData("Images", "--images", "cats", "--images (Images) is 'cats'; it must be one of fashion, fashion-1000, digits, pneumonia.")]
    [InlineData("Speech", "--snr", "loud", "--snr (Speech:Noise) is 'loud'; it must be numbers of dB with commas between, such as 10,0.")]
    [InlineData("Speech", "--speaker", "anna",
        "--speaker (Speech:Speaker) is 'anna'; it must be one of george, jackson, lucas, nicolas, theo, yweweler.")]
    [InlineData("Speech", "--groups", "accent", "--groups (Speech:Groups) is 'accent'; it must be noise or speaker.")]
    [InlineData("Detection", "--held-out", "train", "--held-out (Detection:HeldOut) is 'train'; it must be test or validation.")]
    public async Task What_there_is_not_is_refused_with_what_there_is(string example, string option, string value, string error)
    {
        var ended = await _session.Run($"Domains/{example}", option, value, "--quick");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(["error: " + error], ended.Errors);
    }

    [SkippableTheory]
    [InlineData("Detection", "bccd/annotations.zip")]
    [InlineData("Segmentation", "fashion_mnist/test-images-idx3-ubyte.gz")]
    [InlineData("Translation", "tatoeba/swe-eng.zip")]
    public async Task The_same_seed_gives_the_same_figures(string example, string file)
    {
        Skip.IfNot(IsThere(file), $"{file} is in no data folder of this machine.");
        string[] args =
            ["--quick", "--steps", "3", "--threads", "1", "--Training:ValidationSequences=16", "--Analysis:Enabled=false"];

        Assert.Equal(0, (await _session.Run($"Domains/{example}", [.. args, "--name", "one"])).ExitCode);
        Assert.Equal(0, (await _session.Run($"Domains/{example}", [.. args, "--name", "other"])).ExitCode);

        var (one, other) = (await Figures("one"), await Figures("other"));
        Assert.Equal(2, one.Count);
        Assert.Equal(one, other);
    }

    /// <summary>The numbers of each line that begins with a name.</summary>
    private static IEnumerable<List<double>> Shares(string output, string name) =>
        Regex.Matches(output, $@"(?m)^ +{name}((?: +\d\.\d\d)+) *$").Select(line => line.Groups[1].Value
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(share => double.Parse(share, CultureInfo.InvariantCulture)).ToList());

    /// <summary>The metrics of each variant, as they stand in the file.</summary>
    private async Task<List<string>> Figures(string run)
    {
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(_session.PathOf("runs", run, "results.json")));
        return [.. results.RootElement.GetProperty("variants").EnumerateArray()
            .Select(variant => variant.GetProperty("metrics").GetRawText())];
    }

    /// <summary>Beside the checkout, where a program looks too, whatever LIBMOE_DATA says.</summary>
    private static bool IsThere(string file) => File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", file));

    [GeneratedRegex(@"^\s*([A-Za-z][A-Za-z ]*?)(?:\s+-?\d+\.\d+ ± \d+\.\d+|\s+–|\s+\d+\.\d+){2,}", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
