namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>The verbs of every program, in the order that help lists them; the first is what runs when none is named.</summary>
internal static class BuiltInVerbs
{
    public static IReadOnlyList<Verb> All { get; } =
    [
        Verb.Of<StudyVerb>(),
        Verb.Of<TrainVerb>(),
        Verb.Of<SearchVerb>(),
        Verb.Of<UpcycleVerb>(),
        Verb.Of<MergeVerb>(),
        Verb.Of<FinetuneVerb>(),
        Verb.Of<GenerateVerb>(),
        Verb.Of<ChatVerb>(),
        Verb.Of<ExportVerb>(),
        Verb.Of<EvaluateVerb>(),
        Verb.Of<DescribeVerb>(),
        Verb.Of<PlanVerb>(),
        Verb.Of<RunCellVerb>(),
        Verb.Of<CollectVerb>(),
        Verb.Of<AnalyzeVerb>(),
        Verb.Of<ReportVerb>(),
        Verb.Of<WatchVerb>(),
        Verb.Of<RunsVerb>(),
        Verb.Of<ServeVerb>(),
        Verb.Of<AuditVerb>(),
        Verb.Of<DriftVerb>(),
    ];
}
