using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Dashboard.Tests;

/// <summary>The report of a study with everything in it, written once for all tests.</summary>
public sealed class SampleReport : IDisposable
{
    private readonly SampleStudy _folder = new();

    public SampleReport()
    {
        for (var seed = 0; seed < 2; seed++)
        {
            _folder.Finished("Dense", seed, 2.1, gap: 0.2)
                .Evaluated(seed, SampleEvaluation.Of("Dense", ("copa", 0.52, 0.02, 0.5), ("blimp", 0.7, 0.01, 0.5)))
                .Finished("Smoe", seed, 2, Load, gap: 0.1).Analysed(SampleAnalysis.Of("Smoe", seed))
                .Evaluated(seed, SampleEvaluation.Of("Smoe", ("copa", 0.6, 0.02, 0.5), ("blimp", 0.75, 0.01, 0.5)))
                .Finished("PerturbedCosineMoe", seed, 2.05, Load, gap: 0.15).Analysed(SampleAnalysis.Of("PerturbedCosineMoe", seed));
        }

        Page = ReportWriter.Write(_folder.Path);
        Report = _folder.Report();
    }

    /// <summary>The path of the page.</summary>
    public string Page { get; }

    internal StudyPage Report { get; }

    private static ExpertLoad Load => new([[10, 20, 30, 0], [15, 15, 14, 16]]);

    public void Dispose() => _folder.Dispose();
}
