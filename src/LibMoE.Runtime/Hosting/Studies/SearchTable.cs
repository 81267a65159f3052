using System.Globalization;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies.Search;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What a search leaves on the screen: its best trials, the Pareto front, and the winner as it is declared.</summary>
internal static class SearchTable
{
    private const int Shown = 10;

    public static void Write(IAnsiConsole console, SearchPlan plan, SearchTrials trials, TrainingConfig training)
    {
        var (best, winner) = (trials.Best, plan.Members[trials.Best[0].Member]);
        console.Write(Table("The best trials", plan, best.Take(Shown)));
        console.Write(Table("The Pareto front: nothing tried has less loss and no more FLOPs", plan, Front(best)));
        console.WriteWhole(DeclarationCode.Of(winner.Variant.Declaration));
        if (winner.Settings.Count > 0)
        {
            console.WriteWhole($"with {SettingsLabel.Of(winner.Settings)}");
        }

        console.WriteWhole("");
        var settings = string.Concat(winner.Settings.Select(setting => $"--{setting.Key}={setting.Value} "));
        console.WriteWhole(string.Create(CultureInfo.InvariantCulture,
            $"The winner is the best of {best.Count} on the held-out data that are reported, which flatters it: "
            + $"'study --variants {MoeVariant.Dense},{winner.Variant.Name} {settings}"
            + $"--Training:Seed={training.Seed + 100} --seeds 3' measures it anew."));
    }

    /// <summary>The trials that no other is better than, from few FLOPs to many.</summary>
    private static IEnumerable<SearchTrial> Front(IReadOnlyList<SearchTrial> best)
    {
        var front = Hypervolume.Front(best.Select(Point));
        return front.Select(point => best.First(trial => Point(trial) == point));
    }

    private static (double Flops, double Loss) Point(SearchTrial trial) => (trial.Score!.Value.Flops, trial.Loss);

    private static Table Table(string title, SearchPlan plan, IEnumerable<SearchTrial> trials)
    {
        var table = new Table().Border(TableBorder.Simple).Title(title).AddColumn(new TableColumn("Declaration").NoWrap())
            .AddColumn(new TableColumn("Loss").RightAligned()).AddColumn(new TableColumn("FLOPs\n/token").RightAligned());
        foreach (var trial in trials)
        {
            table.AddRow(
                new Text(plan.Members[trial.Member].Label), new Text(Figures.Loss(trial.Loss)),
                new Text(Figures.Count(Point(trial).Flops)));
        }

        return table;
    }
}
