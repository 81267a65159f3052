using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The sections of the report, in the order of the page. A new section is one file and one row here.</summary>
internal static class ReportSections
{
    private static readonly (string Tab, Func<StudyRecord, ReportSection?> Section)[] Table =
    [
        ("Overview", UnderWaySection.Of),
        ("Overview", QuestionSection.Of),
        ("Overview", CanAndCannotTellSection.Of),
        ("Overview", TrainedSection.Of),
        ("Overview", SummarySection.Of),
        ("Overview", BaselinesSection.Of),
        ("Overview", DifferencesSection.Of),
        ("Overview", ParetoSection.Of),
        ("Overview", TradeOffSection.Of),
        ("Overview", TaskScoresSection.Of),
        ("Overview", RunsSection.Of),
        ("Training", TrainingCurvesSection.Of),
        ("Training", MetricsOverTrainingSection.Of),
        ("Training", CheckpointScoresSection.Of),
        ("Training", BalancingTermsSection.Of),
        ("Training", SpeedSection.Of),
        ("Routing", LoadSection.Of),
        ("Routing", LoadByTokensSection.Of),
        ("Routing", LoadOverTimeSection.Of),
        ("Routing", RoutingFiguresSection.Of),
        ("Routing", RoutingOverTrainingSection.Of),
        ("Routing", CoActivationSection.Of),
        ("Experts", SpecialisationSection.Of),
        ("Experts", QuestionKindsSection.Of),
        ("Experts", PerturbationsSection.Of),
        ("Pictures", PicturesSection.Of),
        ("Texts", TextExplorerSection.Of),
        ("Texts", SamplesSection.Of),
        ("Setup", DeclarationsSection.Of),
        ("Setup", EnvironmentSection.Of),
    ];

    /// <summary>The report of a run folder; sections and tabs without anything to show are left out.</summary>
    public static StudyPage Of(StudyRecord study)
    {
        var (status, level) = StudyStatus.Of(study);
        return new StudyPage(
            study.Name,
            status,
            level,
            [
                .. Table.GroupBy(row => row.Tab, row => row.Section(study))
                    .Select(tab => new ReportTab(Slug.Of(tab.Key), tab.Key, [.. tab.OfType<ReportSection>()]))
                    .Where(tab => tab.Sections.Count > 0),
            ]);
    }
}
