using Humanizer;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>How far a study came, in one sentence.</summary>
internal static class StudyStatus
{
    /// <summary>The sentence, and whether it is good news.</summary>
    public static (string Text, NoticeLevel Level) Of(StudyRecord study)
    {
        var (begun, ended, failed) = (study.Cells.Count, study.With(CellStatus.Finished).Count, study.With(CellStatus.Failed).Count);
        var all = begun + study.NotBegun.Count;
        if (begun == 0)
        {
            return ("Nothing has been run here yet: the folder holds no run.", NoticeLevel.Fault);
        }

        if (study.Imported is { } imported)
        {
            return ($"{"run".ToQuantity(begun)} imported from `{imported.File}` ({imported.Form}).", NoticeLevel.Note);
        }

        var variants = $"{"variant".ToQuantity(study.Variants.Union(study.NotBegun).Count())}, {"run".ToQuantity(all)}";
        if (ended == all)
        {
            return ($"{variants}, all finished.", NoticeLevel.Finding);
        }

        string[] parts =
        [
            $"{ended} finished",
            .. failed > 0 ? [$"{failed} failed"] : Array.Empty<string>(),
            .. begun - ended - failed > 0 ? [$"{begun - ended - failed} not finished"] : Array.Empty<string>(),
            .. all > begun ? [$"{all - begun} not begun"] : Array.Empty<string>(),
        ];
        return ($"{variants}: {string.Join(", ", parts)}.", failed > 0 ? NoticeLevel.Fault : NoticeLevel.Caution);
    }
}
