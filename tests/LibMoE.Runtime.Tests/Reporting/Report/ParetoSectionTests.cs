using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>The front of loss and FLOPs, of variants that can be compared.</summary>
public sealed class ParetoSectionTests
{
    [Fact]
    public void The_front_is_joined_and_the_others_stand_alone()
    {
        var data = Data([("A", 100, 3, ""), ("B", 200, 2, ""), ("C", 300, 2.5, ""), ("D", 400, 1, "")]);

        Assert.Equal(["A", "B", "D", "C"], data!.Words("variant"));
        Assert.Equal(["Pareto front", "Pareto front", "Pareto front", "C"], data.Words("curve"));
        Assert.Equal([100, 200, 400, 300], data.Numbers("flops_per_token"));
    }

    [Fact]
    public void Of_a_search_by_halving_only_trials_of_all_steps_are_compared() => Assert.Equal(
        ["A", "B", "C"],
        Data([("A", 100, 3, "60"), ("B", 200, 2, "60"), ("C", 300, 1, "60"), ("D", 50, 0.5, "20")])!.Words("variant"));

    [Fact]
    public void Two_costs_are_no_front() => Assert.Null(Data([("A", 100, 3, ""), ("B", 200, 2, ""), ("C", 200, 1, "")]));

    private static LibMoE.Runtime.Reporting.Report.Tables.FigureTable? Data((string Name, long Flops, double Loss, string Steps)[] variants)
    {
        var results = StudyResults.Of(
            variants.Select(variant => Run.Of(variant.Name, 0, [variant.Loss]) with
            {
                FlopsPerToken = variant.Flops,
                Settings = variant.Steps.Length == 0 ? [] : new Dictionary<string, string> { ["Training:Steps"] = variant.Steps },
            }),
            new MachineInfo("an operating system", "a processor", 2, 1, "2.10", "10.0"),
            new CorpusIdentity("a text", new string('c', 64)));
        var named = results with { Variants = [.. results.Variants.Select(variant => variant with { Name = variant.Name.Split(' ')[0] })] };
        return ParetoSection.Of(new StudyRecord { Name = "one", Cells = [], Results = named })?.Parts
            .OfType<LibMoE.Runtime.Reporting.Report.Parts.ChartPart>().Single().Chart.Data;
    }
}
