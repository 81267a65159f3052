namespace LibMoE.Runtime;

/// <summary>What the study shows, and what limits that: findings first, then cautions and faults.</summary>
internal static class CanAndCannotTellSection
{
    public static ReportSection Of(StudyRecord study) => new(
        "can-and-cannot-tell",
        "What this study can and cannot tell",
        [new NoticeList([.. Findings.Notices(study.Finished), .. MethodWarnings.Of(study)])]);
}
