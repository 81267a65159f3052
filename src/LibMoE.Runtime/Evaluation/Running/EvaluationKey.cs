using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Checkpoints.Store;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Everything that decides an outcome, to the last bit: two evaluations of one key are the same.</summary>
internal static class EvaluationKey
{
    /// <summary>One line per thing.</summary>
    public static string Text(IScorer scorer, EvaluationTask task, IReadOnlyDictionary<string, string> files, EvaluationOptions options)
    {
        var lines = new List<string>
        {
            $"code {scorer.Code}",
            $"rules {RequestMaker.Version}",
            $"model {scorer.Identity}",
            $"tokenizer {scorer.Tokenizer.Hash}",
            $"precision {scorer.Precision}",
            $"device {scorer.Device}",
            $"context {scorer.Context}",
            $"task {task.Name} {task.Version} {TaskFile.Hash(task)}",
            $"limit {options.Limit?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
            $"shots {options.Shots} {options.ShotSeed}",
            $"batch {options.TokensOfBatch(scorer.Tokenizer.Vocabulary)} {options.SharePrefixes} {options.OneByOne} {scorer.Batching.Kind}",
            $"malformed {options.RefuseMalformed}",
        };
        lines.AddRange(task.Images is null ? [] :
        [
            $"images {(options.QuestionOnly ? "not shown" : "shown")}",
            $"eyes {scorer.Eyes?.Identity ?? "none"}",
            $"code of eyes {(scorer.Eyes is { } eyes ? CodeVersion.Of(eyes.GetType().Assembly) : "none")}",
        ]);
        lines.AddRange(files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"file {file.Key} {file.Value}"));
        return string.Join('\n', lines);
    }

    /// <summary>The file name, without extension, under which an outcome is kept.</summary>
    public static string Name(EvaluationTask task, string text) =>
        $"{task.Name}-v{task.Version}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
}
