using System.Text.Json;
using LibMoE.Dashboard.Alerts;
using LibMoE.Runtime;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Dashboard.Tests;

/// <summary>Alerts of the user's own are raised by the figures of reports, and a wrong rule is named before anything is served.</summary>
public sealed class AlertRuleTests : IDisposable
{
    private readonly SampleStudy _folder = new();
    private readonly string _file = Path.GetTempFileName();

    public void Dispose()
    {
        _folder.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public void A_rule_is_broken_once_its_figure_was_beyond_the_bound_in_so_many_reports_in_a_row()
    {
        var rules = Rules("""[{"name": "slow", "figure": "tokensPerSecond", "below": 900, "reports": 2}]""");
        Reports(report => report with { TokensPerSecond = report.Step == 30 ? 800 : 1000 }, 3);
        Assert.Empty(Alerts(rules));

        Reports(report => report with { TokensPerSecond = report.Step >= 30 ? 800 : 1000 }, 4);
        var alert = Assert.Single(Alerts(rules));

        Assert.Equal((AlertKind.Rule, "slow"), (alert.Kind, alert.Place));
        Assert.Equal("slow: tokensPerSecond is 800 at step 40, below 900 in the last 2 reports.", alert.Text);
    }

    [Fact]
    public void A_figure_that_is_measured_now_and_then_counts_where_it_was()
    {
        var rules = Rules("""[{"name": "worse", "figure": "validationLoss", "above": 3, "reports": 2}]""");
        Reports(report => report with { ValidationLoss = report.Step % 20 == 0 ? 3.5 : null }, 5);

        Assert.Equal("worse: validationLoss is 3.5 at step 40, above 3 in the last 2 reports.", Assert.Single(Alerts(rules)).Text);
    }

    [Theory]
    [InlineData("Sm*", 1)]
    [InlineData("Dense", 0)]
    public void A_rule_is_about_the_variants_that_it_names(string variants, int count)
    {
        Reports(report => report, 1);

        Assert.Equal(count, Alerts(Rules($$"""[{"name": "any", "figure": "loss", "above": 0, "variants": "{{variants}}"}]""")).Count);
    }

    [Fact]
    public void Every_figure_of_a_report_and_a_learners_metrics_can_be_asked_of()
    {
        var report = new TrainingProgress(1, 2, 3, 4, 5, 6, 7, 8, TimeSpan.Zero,
            [new BlockProgress([9, 1], new Dictionary<string, double>()), new BlockProgress(null, new Dictionary<string, double>())])
        {
            ValidationLoss = 10,
            SkippedSteps = 11,
            Metrics = new Dictionary<string, double> { ["accuracy"] = 0.5 },
        };

        Assert.Equal(
            [("loss", 3.0), ("validationLoss", 10), ("auxiliaryLoss", 4), ("learningRate", 5), ("tokensPerSecond", 6), ("loadCv", 7),
                ("deadExperts", 8), ("maxOverMean", 1.8), ("skippedSteps", 11)],
            WatchedFigures.Names.Select(name => (name, WatchedFigures.Of(name, report)!.Value)));
        Assert.Equal(0.5, WatchedFigures.Of("metric:accuracy", report));
        Assert.Null(WatchedFigures.Of("metric:other", report));
    }

    [Theory]
    [InlineData("""[{"figure": "loss", "above": 1}]""", "rule 1 of {file} is wrong: it has no 'name'.")]
    [InlineData("""[{"name": "a"}]""", "rule 1 of {file} is wrong: it has no 'figure'.")]
    [InlineData("""[{"name": "a", "figure": "loss"}]""", "rule 1 of {file} is wrong: it has neither 'above' nor 'below'.")]
    [InlineData("""[{"name": "a", "figure": "los", "above": 1}]""", "rule 1 of {file} is wrong: 'figure' is 'los'; did you mean 'loss'?")]
    [InlineData("""[{"name": "a", "figure": "loss", "above": 1, "reports": 0}]""", "rule 1 of {file} is wrong: 'reports' is 0; it must be")]
    [InlineData("""[null]""", "rule 1 of {file} is wrong: it is null.")]
    [InlineData("""[{"name": "a", "figure": "loss", "over": 1}]""", "{file} is no list of alert rules: ")]
    [InlineData("""{"name": "a"}""", "{file} is no list of alert rules: ")]
    [InlineData("", "{file} is no list of alert rules: ")]
    public void A_wrong_rule_is_named_with_what_is_allowed(string text, string problem)
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Rules(text));

        Assert.StartsWith(
            "Dashboard:Rules: " + problem.Replace("{file}", _file, StringComparison.Ordinal), wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_wrong_setting() =>
        Assert.StartsWith("Dashboard:Rules is 'nothing.json', which is no file",
            Assert.Throws<ConfigurationException>(() => AlertRules.Read("nothing.json")).Message, StringComparison.Ordinal);

    private AlertRules Rules(string text)
    {
        File.WriteAllText(_file, text);
        return AlertRules.Read(_file);
    }

    private IReadOnlyList<Alert> Alerts(AlertRules rules) =>
        [.. RoutingAlerts.Of(_folder.Read(), null, new DashboardOptions(), rules).Where(alert => alert.Kind == AlertKind.Rule)];

    private void Reports(Func<TrainingProgress, TrainingProgress> change, int count)
    {
        _folder.Unfinished("Smoe", 0, 0);
        _folder.Write("Smoe", 0, "metrics.jsonl", string.Concat(Enumerable.Range(1, count).Select(report => JsonSerializer.Serialize(
            change(new TrainingProgress(10 * report, 100, 2, 0, 1e-3, 1000, null, null, TimeSpan.FromSeconds(report), [])),
            RunJson.Line) + "\n")));
    }
}
