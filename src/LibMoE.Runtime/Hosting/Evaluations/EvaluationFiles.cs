using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Evaluation.Results;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Evaluations;

/// <summary>Writes the results of an evaluation. Whole files are replaced in one step, so that a reader never sees half of one.</summary>
internal static class EvaluationFiles
{
    /// <summary>
    /// Writes a model's <c>evaluation.json</c>, and the same for lm-evaluation-harness' tools, with every item's answer if asked for. What
    /// the model scored on other tasks before stays in both.
    /// </summary>
    /// <param name="folder">The cell's folder, or one of the model's own.</param>
    /// <param name="results">The figures.</param>
    /// <param name="outcomes">The answers, item by item.</param>
    /// <param name="data">Where the tasks' data lies.</param>
    /// <param name="options">How it was evaluated.</param>
    /// <returns>The figures with those from before.</returns>
    public static EvaluationResults Write(
        string folder,
        EvaluationResults results,
        IEnumerable<(EvaluationTask Task, TaskOutcome Outcome)> outcomes,
        DataCache data,
        EvaluationOptions options)
    {
        var harness = Path.Combine(folder, HarnessResults.Folder);
        var all = results.With(EvaluationResults.Find(folder));
        DiskFiles.Instance.CreateFolders(harness);
        var samples = options.Samples
            ? outcomes.SelectMany(pair => HarnessSamples.Of(ItemReader.Read(pair.Task, data, options.Reading), pair.Outcome)).ToList()
            : [];
        Write(Path.Combine(folder, EvaluationResults.FileName), all.ToJson());
        Write(Path.Combine(harness, HarnessResults.FileName), HarnessResults.Of(all, options, samples));
        WriteSamples(harness, samples, all.Tasks.Select(task => task.Task).Except(results.Tasks.Select(task => task.Task)));
        return all;
    }

    /// <summary>Adds scores to a cell's <c>result.json</c>, from which a run's results are collected;
    /// nothing happens where it has none.</summary>
    public static void AddToCell(CellFolder cell, EvaluationResults results)
    {
        if (CellResults.Read(cell) is { } trained)
        {
            cell.Write(CellFiles.Result, JsonSerializer.Serialize(
                trained with { Tasks = ResultTasks.Join(trained.Tasks, results.Scores) }, RunJson.Line));
        }
    }

    /// <summary>Samples of an evaluation before stay where their task's figures stay;
    /// others are another model's, or of other settings.</summary>
    private static void WriteSamples(string harness, IReadOnlyList<HarnessSamples> samples, IEnumerable<string> kept)
    {
        var prefixes = kept.Select(task => $"samples_{task}_").ToList();
        foreach (var old in Directory.GetFiles(harness, HarnessSamples.Pattern))
        {
            if (!prefixes.Exists(prefix => Path.GetFileName(old).StartsWith(prefix, StringComparison.Ordinal)))
            {
                DiskFiles.Instance.DeleteFile(old);
            }
        }

        foreach (var same in samples.GroupBy(task => task.FileName))
        {
            Write(Path.Combine(harness, same.Key), string.Join('\n', same.SelectMany(task => task.Lines)));
        }
    }

    /// <summary>Writes a run's <c>comparison.json</c>, with what an earlier one says of other tasks and models,
    /// and its scores into its <c>results.json</c> where it has one.</summary>
    public static void WriteComparison(string folder, EvaluationComparison comparison, IReadOnlyList<ModelEvaluation> evaluations)
    {
        Write(
            Path.Combine(folder, EvaluationComparison.FileName), comparison.With(EvaluationComparison.Find(folder), evaluations).ToJson());
        var results = Path.Combine(folder, StudyResults.FileName);
        if (File.Exists(results))
        {
            Write(results, ResultTasks.Add(StudyResults.Read(folder), evaluations).ToJson());
        }
    }

    private static void Write(string path, string text) => DiskFiles.Instance.WriteAtomically(path, Encoding.UTF8.GetBytes(text + "\n"));
}
