using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Report.Page;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>A run folder with chosen content, as a study would have left it.</summary>
internal sealed class SampleStudy : IDisposable
{
    private readonly List<TrainingResult> _finished = [];

    public string Path { get; } = Directory.CreateTempSubdirectory("libmoe-report-").FullName;

    /// <summary>The backbone of every run.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>Adds a run that ended well.</summary>
    public SampleStudy Finished(
        string variant, long seed, double loss, ExpertLoad? load = null, int reports = 6, long active = 109_312, double? gap = null)
    {
        var result = Run.Of(variant, seed, [loss, loss + 0.1, loss - 0.1, loss],
            load: load) with
        { History = Reports(reports, load is not null), ActiveParameters = active };
        if (gap is { } measured)
        {
            result = result with
            {
                Metrics = [.. result.HeldOut, new("parity gap", GroupRateGap.Unit, MetricDirection.Lower, measured, 0.01, [])],
            };
        }

        Unfinished(variant, seed, reports, load is not null);
        Write(variant, seed, CellFiles.Result, JsonSerializer.Serialize(result, RunJson.Line));
        _finished.RemoveAll(earlier => earlier.Name == variant && earlier.Seed == seed);
        _finished.Add(result);
        var results = new StudyResults
        {
            Variants = [.. _finished.GroupBy(run => run.Name).Select(VariantResult.Of)],
            Machine = new MachineInfo("an operating system", "a processor", 2, 1, "2.10", "10.0"),
            Corpus = new CorpusIdentity("a text", new string('c', 64)),
        };
        File.WriteAllText(System.IO.Path.Combine(Path, StudyResults.FileName), results.ToJson());
        return this;
    }

    /// <summary>Adds who trained a run.</summary>
    public SampleStudy Trained(string variant, long seed, CellOrigin origin)
    {
        Write(variant, seed, CellOrigin.FileName, JsonSerializer.Serialize(origin, RunJson.Indented));
        return this;
    }

    /// <summary>Adds the analysis of a run.</summary>
    public SampleStudy Analysed(CellAnalysis analysis)
    {
        Write(analysis.Variant, analysis.Seed, CellAnalysis.FileName, analysis.ToJson());
        return this;
    }

    /// <summary>Adds the scores of a run.</summary>
    public SampleStudy Evaluated(long seed, EvaluationResults evaluation)
    {
        Write(evaluation.Model, seed, EvaluationResults.FileName, evaluation.ToJson());
        return this;
    }

    /// <summary>Adds a run that has begun.</summary>
    public SampleStudy Unfinished(string variant, long seed, int reports, bool mixture = true)
    {
        var config = new CellConfig(
            variant, seed, Model, new TrainingConfig { Seed = seed }, null, new CorpusIdentity("a text", new string('c', 64)));
        Write(variant, seed, CellFiles.Config, JsonSerializer.Serialize(config, RunJson.Indented));
        Write(variant, seed, CellFiles.Metrics, string.Concat(
            Reports(reports, mixture).Select(report => JsonSerializer.Serialize(report, RunJson.Line) + "\n")));
        return this;
    }

    /// <summary>Makes a run one of a learner of the program's own.</summary>
    public SampleStudy OfLearner(string variant, long seed)
    {
        var config = new CellConfig(
            variant, seed, null, new TrainingConfig { Seed = seed }, null, new CorpusIdentity("pictures", new string('c', 64)))
        {
            Learner = new Dictionary<string, string>(),
        };
        Write(variant, seed, CellFiles.Config, JsonSerializer.Serialize(config, RunJson.Indented));
        return this;
    }

    /// <summary>Adds a run that ended badly.</summary>
    public SampleStudy Failed(string variant, long seed, string error)
    {
        Unfinished(variant, seed, 2);
        Write(variant, seed, CellFiles.Error, error);
        return this;
    }

    public void Write(string variant, long seed, string name, string text)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(Path, variant, $"seed-{seed}")).FullName;
        File.WriteAllText(System.IO.Path.Combine(folder, name), text);
    }

    public StudyRecord Read() => RecordReader.Read(Path);

    public StudyPage Report() => ReportSections.Of(Read());

    public string Html() => ReportPage.Html(Report());

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Two MoE blocks of four experts, of which the last gets nothing from the third report on.</summary>
    private static List<TrainingProgress> Reports(int count, bool mixture) =>
    [
        .. Enumerable.Range(1, count).Select(report => new TrainingProgress(
            report * 10, count * 10, 4.0 / report, mixture ? 0.02 : 0, 1e-3, 1000 + report, mixture ? 0.5 : null, mixture ? 2 : null,
            TimeSpan.FromSeconds(report),
            mixture
                ? [.. Enumerable.Range(0, 2).Select(
                    _ => new BlockProgress([40, 30, 30, report < 3 ? 10 : 0], new Dictionary<string, double> { ["SwitchBalance"] = 0.01 }))]
                : [])),
    ];
}
