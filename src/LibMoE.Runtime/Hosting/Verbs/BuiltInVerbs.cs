namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>The verbs of every program, in the order that help lists them; the first is what runs when none is named.</summary>
internal static class BuiltInVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        new StudyVerb(),
        new TrainVerb(),
        new UpcycleVerb(),
        new GenerateVerb(),
        new ExportVerb(),
        new EvaluateVerb(),
        new DescribeVerb(),
        new RunCellVerb(),
        new CollectVerb(),
        new AnalyzeVerb(),
        new ReportVerb(),
        new WatchVerb(),
    ];
}
