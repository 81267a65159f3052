using System.Globalization;
using LibMoE.Runtime.Studies.Scaling;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LibMoE.Runtime.Reporting;

/// <summary>A training plan for people: every layout with its times and memory, the one to take, and where its time goes.</summary>
internal static class PlanTable
{
    private const double Thousand = 1e3;

    private static readonly (string Header, Func<PlannedStep, string> Cell)[] Columns =
    [
        ("Experts\nover", step => Count(step.Layout.ExpertRanks)),
        ("Opt.\nstate", step => step.Layout.Split ? "split" : "whole"),
        ("Memory\na card", step => ModelMemory.Text((long)step.Memory.Total)),
        ("Compute\nms", step => Milliseconds(step.Times.Compute)),
        ("Rows\nms", step => Milliseconds(step.Times.Rows)),
        ("Small\nms", step => Milliseconds(step.Times.Small)),
        ("Gradients\nms", step => Milliseconds(step.Times.Gradients)),
        ("Update\nms", step => Milliseconds(step.Times.Memory)),
        ("In turn\n", step => Share(step, step.Times.InTurn)),
        ("Gradients\nbehind", step => Share(step, step.Times.GradientsBehind)),
        ("Rows\ntoo", step => Share(step, step.Times.AllBehind)),
    ];

    private static readonly (string Name, Func<StepTimes, double> Seconds)[] Parts =
    [
        ("attention, dense FFNs, head", times => times.Dense),
        ("routed experts", times => times.Experts),
        ("waiting for the busiest card", times => times.Waiting),
        ("rows to experts and back", times => times.Rows),
        ("small collectives", times => times.Small),
        ("gradients that backward does not hide", times => times.Exposed),
        ("updated weights to the others", times => times.Weights),
        ("optimiser, packing of gradients", times => times.Memory),
    ];

    /// <summary>The heading, the table of layouts, the proposal and its time by parts.</summary>
    public static IRenderable Of(TrainingPlan plan)
    {
        var best = plan.Best;
        var seconds = best.Times.GradientsBehind;
        return new Spectre.Console.Rows(
            new Text(string.Create(CultureInfo.InvariantCulture,
                $"{plan.Model.Name} on {plan.Cards:N0} cards of {plan.Cluster.Name}, {ModelMemory.Text((long)plan.Cluster.Memory)} each, "
                + $"{plan.Tokens:N0} tokens a card and step")),
            Layouts(plan),
            new Text(string.Create(CultureInfo.InvariantCulture,
                $"Take {best.Layout}: {Milliseconds(seconds)} ms a step, {plan.Cards * plan.Tokens / seconds:N0} tokens a second, "
                + $"{best.Efficiency(seconds):P0} of what {plan.Cards:N0} cards alone would compute; "
                + $"{ModelMemory.Text((long)best.Memory.Total)} of {ModelMemory.Text((long)plan.Cluster.Memory)} a card.")),
            Text.Empty,
            new Text("Where the time of a step goes, gradients summed during backward:"),
            ByParts(best.Times));
    }

    private static Table Layouts(TrainingPlan plan)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (header, _) in Columns)
        {
            table.AddColumn(new TableColumn(header).RightAligned().NoWrap().Padding(0, 0, 1, 0));
        }

        foreach (var step in plan.Steps)
        {
            var style = !step.Fits ? new Style(decoration: Decoration.Dim)
                : step == plan.Best ? new Style(decoration: Decoration.Bold) : Style.Plain;
            table.AddRow([.. Columns.Select(column => new Text(column.Cell(step), style))]);
        }

        return table;
    }

    private static Grid ByParts(StepTimes times)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0)).AddColumn(new GridColumn().RightAligned())
            .AddColumn(new GridColumn().RightAligned());
        foreach (var (name, seconds) in Parts)
        {
            grid.AddRow(name, Milliseconds(seconds(times)) + " ms", Percent(seconds(times) / times.GradientsBehind));
        }

        return grid;
    }

    /// <summary>Work done per card over that of a card alone; a dash where the layout does not fit.</summary>
    private static string Share(PlannedStep step, double seconds) => step.Fits ? Percent(step.Efficiency(seconds)) : Figures.None;

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(double seconds) =>
        (seconds * Thousand).ToString(seconds < 0.1 ? "N1" : "N0", CultureInfo.InvariantCulture);
}
