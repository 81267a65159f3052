using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>Where the study ran and on what.</summary>
internal static class EnvironmentSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        if (study.Results is not { } results)
        {
            return null;
        }

        (string Name, string Value)[] rows =
        [
            ("operating system", results.Machine.Os),
            ("processor", results.Machine.Cpu),
            ("cores", FormattableString.Invariant($"{results.Machine.Cores}")),
            ("threads", FormattableString.Invariant($"{results.Machine.Threads}")),
            ("device", results.Machine.Device),
            ("libtorch", results.Machine.Libtorch),
            (".NET", results.Machine.Dotnet),
            ("corpus", results.Corpus.Name),
            ("corpus SHA-256", results.Corpus.Sha256),
        ];
        return new ReportSection(
            "environment",
            "Environment",
            [
                ReportTable.Of(rows).Text("What", row => row.Name).Text("Value", row => row.Value).Make(
                    "environment",
                    "Speed depends on the machine, bit-identical results on machine, threads and libtorch; losses compare only on "
                        + "the same corpus.",
                    FigureTable.Of(rows).Text("what", row => row.Name).Text("value", row => row.Value).Make()),
            ]);
    }
}
