using System.Text;
using System.Text.Json;
using Humanizer;
using LibMoE.Runtime.Analysis;
using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Analysis.Pages;
using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Analyses;

/// <summary>Analyses the routing of stored models, and writes what is found beside them.</summary>
internal sealed class AnalysisRunner(
    AnalysisOptions options, CorpusOptions corpusOptions, RunOptions runs, TrainingConfig training, PublishedModels published,
    RankTeam team, IAnsiConsole console)
{
    /// <summary>The page of a given text.</summary>
    internal const string TracePageFile = "routing.html";

    /// <summary>The same as data: a <see cref="TextTrace"/>.</summary>
    internal const string TraceFile = "routing.json";

    /// <summary>Analyses what <c>Analysis:Path</c> names.</summary>
    /// <param name="variants">The declared layers, which stored mixtures are loaded into.</param>
    /// <param name="stop">Ends the analysis between two batches; finished ones are written.</param>
    /// <returns><see cref="ExitCode.Done"/>, or <see cref="ExitCode.Failed"/> if something could not be analysed.</returns>
    public async Task<int> RunAsync(IReadOnlyList<MoeVariant> variants, CancellationToken stop) => RankTeam.IsFollower
        ? await FollowAsync(variants, stop).ConfigureAwait(false)
        : await team.LeadAsync(() => LeadAsync(variants, stop)).ConfigureAwait(false);

    /// <summary>Computes what the first rank asks for, and writes nothing.</summary>
    private async Task<int> FollowAsync(IReadOnlyList<MoeVariant> variants, CancellationToken stop)
    {
        var corpus = await Task.Run(() => Corpus.Load(corpusOptions), stop).ConfigureAwait(false);
        using var model = new FollowedAnalysis(options, corpus, variants);
        return await team.FollowAsync([], model.Prepare, stop).ConfigureAwait(false);
    }

    private async Task<int> LeadAsync(IReadOnlyList<MoeVariant> variants, CancellationToken stop)
    {
        var problems = new List<string>();
        var (path, _) = await published.FindAsync(options.Path, stop).ConfigureAwait(false);
        var targets = path == options.Path
            ? AnalysisTarget.Find(path, runs, problems)
            : [new AnalysisTarget(HuggingFaceCache.NameOf(path), path, Folder: null)];
        var text = options.Text.Length > 0 && File.Exists(options.Text)
            ? await File.ReadAllTextAsync(options.Text, stop).ConfigureAwait(false)
            : options.Text;
        var corpus = await Task.Run(() => Corpus.Load(corpusOptions), stop).ConfigureAwait(false);
        console.WriteLine($"{"model".ToQuantity(targets.Count)} on {corpus.Name}");
        var rows = new List<(AnalysisTarget Target, CellAnalysis Analysis)>();
        foreach (var target in targets)
        {
            rows.Add(await Task.Run(() => Analyze(target, corpus, text, variants, stop), stop).ConfigureAwait(false));
        }

        console.Write(AnalysisTable.Of(rows));
        console.Write(new Text(AnalysisTable.Legend));
        console.WriteLine();
        problems.ForEach(problem => console.WriteLine(problem));
        foreach (var (target, _) in rows)
        {
            console.WriteWhole($"Written to {Path.Combine(target.Folder!, target.FileName)}");
            if (text.Length > 0)
            {
                console.WriteWhole($"Token by token: {Path.Combine(target.Folder!, TracePageFile)}");
            }
        }

        return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private (AnalysisTarget Target, CellAnalysis Analysis) Analyze(
        AnalysisTarget target, Corpus corpus, string text, IReadOnlyList<MoeVariant> variants, CancellationToken stop)
    {
        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(target.Model, variants);
        console.WriteNotes(loaded);
        RefuseOtherTokens(loaded, corpus);
        target = target with { Folder = target.Folder ?? StudyFolder.Create(runs, "analysis").Path };
        var state = target.Series.Count > 0 ? target.Series[^1].State : null;
        var trained = state?.Training ?? training;
        if (state?.Corpus is { } trainedOn && trainedOn.Sha256 != corpus.Sha256)
        {
            console.WriteLine(
                $"{target.Label} was trained on {trainedOn.Name}; it is "
                + $"analysed on other text, {corpus.Name}. Name the same text by --corpus.");
        }

        var length = Math.Min(trained.SequenceLength, loaded.Model.Config.Context);
        var work = new AnalysisWork(target.Model, trained.Seed, length, trained.Batch, "");
        var analyzer = new CellAnalyzer(options, corpus, length, trained.Batch)
        {
            Shared = (phase, numbers, compute, end) => team.Share((work with { Phase = phase }).ToJson(), numbers, compute, end),
        };
        var before = target.Checkpoint is null ? CellAnalysis.Read(target.Folder) : null;
        var analysis = analyzer.Run(loaded.Model, trained.Seed, stop) with { Checkpoint = target.Checkpoint, Cost = before?.Cost };
        // Moments of another text, or of more or less of it, do not stand in one row with these figures.
        var noted =
            before is not null && (before.CorpusSha256, before.Tokens) == (analysis.CorpusSha256, analysis.Tokens) ? before.Training : [];
        analysis = analysis with { Training = Training(target, analyzer, trained, variants, noted, stop) };
        if (text.Length > 0)
        {
            var trace = Trace(loaded, text);
            Write(target, TraceFile, JsonSerializer.Serialize(trace, RunJson.Line));
            Write(target, TracePageFile, TracePage.Html(
                target.Label, [trace], analysis.Blocks.ToDictionary(block => block.Block, block => block.Experts)));
            analysis = analysis with { Texts = [trace, .. analysis.Texts] };
        }

        Write(target, target.FileName, analysis.ToJson());
        return (target, analysis);
    }

    /// <summary>The checkpoints compared; what training itself noted stays where it has more moments.</summary>
    private static IReadOnlyList<TrainingPoint> Training(
        AnalysisTarget target, CellAnalyzer analyzer, TrainingConfig trained, IReadOnlyList<MoeVariant> variants,
        IReadOnlyList<TrainingPoint> noted, CancellationToken stop)
    {
        if (target.Series.Count < 2 || target.Series.Count <= noted.Count)
        {
            return noted;
        }

        using var series = new TrainingSeries(analyzer.Text, trained.Batch, trained.Steps);
        foreach (var checkpoint in target.Series)
        {
            stop.ThrowIfCancellationRequested();
            using var loaded = ModelLoader.Load(checkpoint.Path, variants);
            series.Add(loaded.Model, (int)checkpoint.Step, analyzer.Scores(loaded.Model, stop));
        }

        return series.Points();
    }

    private static TextTrace Trace(LoadedModel loaded, string text)
    {
        var ids = loaded.Tokenizer.Encode(text);
        long[] all = [.. loaded.Tokenizer.Bos is { } bos ? [bos] : Array.Empty<long>(), .. ids.Select(id => (long)id)];
        var shown = Math.Min(all.Length, loaded.Model.Config.Context);
        var title = shown == all.Length
            ? "The given text"
            : FormattableString.Invariant($"The first {shown} of the given text's {all.Length} tokens");
        return TextTracer.Of(loaded.Model, loaded.Tokenizer, title, all);
    }

    private static void RefuseOtherTokens(LoadedModel loaded, Corpus corpus)
    {
        if (loaded.Tokenizer.Hash != corpus.Tokenizer.Hash)
        {
            throw new ConfigurationException(
                $"Corpus:Tokenizer is '{corpus.Tokenizer.Name}', but {loaded.Name} was trained with '{loaded.Tokenizer.Name}'; "
                    + "a model is analysed with its own tokens.");
        }
    }

    private static void Write(AnalysisTarget target, string name, string text) =>
        DiskFiles.Instance.WriteAtomically(Path.Combine(target.Folder!, name), Encoding.UTF8.GetBytes(text + "\n"));
}
