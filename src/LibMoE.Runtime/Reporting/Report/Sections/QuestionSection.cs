using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>What a study with a question asked, and what it found; absent from a plain comparison.</summary>
internal static class QuestionSection
{
    public static ReportSection? Of(StudyRecord study) => study.Answer is not { } found ? null : new ReportSection(
        "question",
        "The question and its answer",
        [new Prose(found.Question), new NoticeList([.. found.Answer.Select(sentence => new Notice(NoticeLevel.Answer, sentence))])]);
}
