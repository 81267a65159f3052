using System.Text.Json;
using LibMoE.Dashboard.Alerts;
using LibMoE.Runtime;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Dashboard.Tests;

/// <summary>Each alert is raised when its condition holds, and not before.</summary>
public sealed class AlertTests : IDisposable
{
    private static readonly DashboardOptions Options = new() { MaxViolation = 2, MaxDrift = 0.2, DeadAfter = 3 };

    private readonly SampleStudy _folder = new();
    private readonly SampleStudy _reference = new();

    public void Dispose()
    {
        _folder.Dispose();
        _reference.Dispose();
    }

    [Fact]
    public void Even_load_raises_none()
    {
        Run(_folder, [10, 10, 10, 10], [11, 9, 10, 10], [10, 10, 10, 10]);

        Assert.Empty(Alerts());
    }

    [Fact]
    public void An_expert_is_dead_after_three_reports_without_a_token()
    {
        Run(_folder, [10, 10, 10, 10], [10, 10, 10, 0], [10, 10, 10, 0]);
        Assert.Empty(Alerts());

        Run(_folder, [10, 10, 10, 10], [10, 10, 10, 0], [10, 10, 10, 0], [10, 10, 10, 0]);
        var alert = Assert.Single(Alerts());

        Assert.Equal((AlertKind.DeadExpert, "Smoe, seed 0"), (alert.Kind, alert.Run));
        Assert.Equal("expert 3 of block 0 got no token in the last 3 reports, to step 40.", alert.Text);
    }

    [Fact]
    public void An_expert_that_comes_back_is_not_dead()
    {
        Run(_folder, [10, 10, 10, 0], [10, 10, 10, 0], [10, 10, 10, 1]);

        Assert.Empty(Alerts());
    }

    [Fact]
    public void Load_violation_is_compared_with_the_threshold()
    {
        Run(_folder, [30, 5, 5, 0]);
        Assert.Empty(Alerts());

        Run(_folder, [31, 3, 3, 3]);
        var alert = Assert.Single(Alerts());

        Assert.Equal(AlertKind.LoadViolation, alert.Kind);
        Assert.Equal("load violation of block 0 is 2.10 at step 10, above 2: expert 0 gets 3.1 times its even share.", alert.Text);
    }

    [Fact]
    public void Drift_is_the_share_of_picks_that_go_elsewhere_than_at_the_same_step_of_the_reference()
    {
        Run(_reference, [10, 10, 10, 10], [10, 10, 10, 10], [40, 0, 0, 0]);
        Run(_folder, [10, 10, 10, 10], [18, 10, 10, 2]);
        Assert.Empty(Alerts());

        Run(_folder, [10, 10, 10, 10], [19, 10, 10, 1]);
        var alert = Assert.Single(Alerts());

        Assert.Equal(AlertKind.RoutingDrift, alert.Kind);
        Assert.Equal(
            "22 % of the picks of block 0 go to other experts than in the reference run at step 20; 20 % are allowed.", alert.Text);
    }

    [Fact]
    public void A_run_that_failed_or_diverged_is_an_alert()
    {
        _folder.Failed("Other", 0, "System.IO.IOException: The disk is full.");
        Run(_folder, double.NaN, [10, 10, 10, 10]);

        Assert.Equal(
            [(AlertKind.RunFailed, "the run failed: The disk is full."),
                (AlertKind.LossNotFinite, "the loss is not a number since step 10.")],
            Alerts()
                .Where(alert => alert.Kind is AlertKind.RunFailed or AlertKind.LossNotFinite).Select(alert => (alert.Kind, alert.Text)));
    }

    private IReadOnlyList<Alert> Alerts() => RoutingAlerts.Of(_folder.Read(), _reference.Read(), Options);

    private static void Run(SampleStudy folder, params long[][] picks) => Run(folder, 2, picks);

    internal static void Run(SampleStudy folder, double loss, params long[][] picks)
    {
        folder.Unfinished("Smoe", 0, 0);
        folder.Write("Smoe", 0, "metrics.jsonl", string.Concat(picks.Select((counts, report) => JsonSerializer.Serialize(
            new TrainingProgress(10 * (report + 1), 100, loss, 0, 1e-3, 1000, null, null, TimeSpan.FromSeconds(report + 1),
                [new BlockProgress(counts, new Dictionary<string, double>())]),
            RunJson.Line) + "\n")));
    }
}
