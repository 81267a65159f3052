using System.Text;
using System.Text.Json;

namespace LibMoE.Runtime;

/// <summary>Writes what an evaluation came to. Whole files are replaced in one step, so that a reader never sees half of one.</summary>
internal static class EvaluationFiles
{
    /// <summary>
    /// Writes a model's <c>evaluation.json</c>, and the same for lm-evaluation-harness' tools. What the model scored on other tasks before stays in
    /// both.
    /// </summary>
    /// <param name="folder">The cell's folder, or one of the model's own.</param>
    /// <param name="results">The figures.</param>
    /// <param name="options">How it was evaluated.</param>
    /// <returns>The figures with those from before.</returns>
    public static EvaluationResults Write(string folder, EvaluationResults results, EvaluationOptions options)
    {
        var harness = Path.Combine(folder, HarnessResults.Folder);
        var all = results.With(EvaluationResults.Find(folder));
        DiskFiles.Instance.CreateFolders(harness);
        Write(Path.Combine(folder, EvaluationResults.FileName), all.ToJson());
        Write(Path.Combine(harness, HarnessResults.FileName), HarnessResults.Of(all, options));
        return all;
    }

    /// <summary>Adds scores to a cell's <c>result.json</c>, from which a run's results are collected; nothing happens where it has none.</summary>
    public static void AddToCell(RunFolder cell, EvaluationResults results)
    {
        if (CellResults.Read(cell) is { } trained)
        {
            cell.Write(CellFiles.Result, JsonSerializer.Serialize(trained with { Tasks = ResultTasks.Join(trained.Tasks, results.Scores) }, StudyResults.JsonLine));
        }
    }

    /// <summary>Writes every item's answer for lm-evaluation-harness' tools.</summary>
    public static void WriteSamples(
        string folder, IEnumerable<(EvaluationTask Task, TaskOutcome Outcome)> outcomes, DataCache data, EvaluationOptions options)
    {
        foreach (var (task, outcome) in outcomes)
        {
            var lines = HarnessSamples.Of(ItemReader.Read(task, data, options.Reading), outcome);
            Write(Path.Combine(folder, HarnessResults.Folder, HarnessSamples.FileName(task)), string.Join('\n', lines));
        }
    }

    /// <summary>Writes a run's <c>comparison.json</c>, with what an earlier one says of other tasks and models, and its scores into its <c>results.json</c> where it has one.</summary>
    public static void WriteComparison(string folder, EvaluationComparison comparison, IReadOnlyList<ModelEvaluation> evaluations)
    {
        Write(Path.Combine(folder, EvaluationComparison.FileName), comparison.With(EvaluationComparison.Find(folder), evaluations).ToJson());
        var results = Path.Combine(folder, StudyResults.FileName);
        if (File.Exists(results))
        {
            Write(results, ResultTasks.Add(StudyResults.Read(folder), evaluations).ToJson());
        }
    }

    private static void Write(string path, string text) => DiskFiles.Instance.WriteAtomically(path, Encoding.UTF8.GetBytes(text + "\n"));
}
