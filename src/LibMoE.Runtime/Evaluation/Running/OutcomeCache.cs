using System.Text.Json;
using System.Text.Json.Serialization;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>Finished evaluations on disk, by key: a second call reads what the first computed.</summary>
/// <param name="folder">Where they are kept; made on first use.</param>
/// <param name="files">The file system; null is the disk.</param>
internal sealed class OutcomeCache(string folder, IRunFiles? files = null)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly IRunFiles _files = files ?? DiskFiles.Instance;

    /// <summary>The outcome of a key; null where it is not known, or its file is damaged or of other content.</summary>
    public TaskOutcome? Find(EvaluationTask task, string key)
    {
        var path = PathOf(task, key, ".json");
        if (_files.Find(path) is null)
        {
            return null;
        }

        try
        {
            var entry = JsonSerializer.Deserialize<Entry>(_files.ReadAll(path, int.MaxValue), Options);
            return entry?.Key == key ? entry.Outcome : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The journal of a key that is being evaluated.</summary>
    public EvaluationJournal OpenJournal(EvaluationTask task, string key)
    {
        _files.CreateFolders(folder);
        return EvaluationJournal.Open(_files, PathOf(task, key, ".journal"), key);
    }

    /// <summary>Keeps an outcome.</summary>
    public void Keep(EvaluationTask task, string key, TaskOutcome outcome) =>
        _files.WriteAtomically(PathOf(task, key, ".json"), JsonSerializer.SerializeToUtf8Bytes(new Entry(key, outcome), Options));

    private string PathOf(EvaluationTask task, string key, string extension) =>
        Path.Combine(folder, EvaluationKey.Name(task, key) + extension);

    private sealed record Entry(string Key, TaskOutcome Outcome);
}
