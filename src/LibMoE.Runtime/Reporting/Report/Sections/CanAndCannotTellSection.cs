using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What the study shows, how to read it, and what limits that.</summary>
internal static class CanAndCannotTellSection
{
    public static ReportSection Of(StudyRecord study) => new(
        "can-and-cannot-tell",
        "What this study can and cannot tell",
        [new NoticeList([.. Findings.Notices(study.Finished), .. MethodWarnings.Of(study)])]);
}
