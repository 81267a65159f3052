using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LibMoE.Runtime.Evaluation.Tasks;

namespace LibMoE.Runtime;

/// <summary>Tasks as JSON: a user's own are files of the same record that the built-in ones are.</summary>
public static class TaskFile
{
    /// <summary>How tasks are written as JSON.</summary>
    internal static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a task.</summary>
    /// <param name="path">The JSON file.</param>
    /// <exception cref="EvaluationDataException">It is no task record; the message names the file, the line and
    /// what is allowed.</exception>
    public static EvaluationTask Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationDataException(path, 0, $"the task cannot be read ({fault.Message})", fault);
        }
    }

    /// <summary>Reads a built-in task, by the same rules.</summary>
    /// <param name="name">Its name, which its file has too.</param>
    internal static EvaluationTask BuiltIn(string name)
    {
        var file = $"LibMoE.Tasks.{name}.json";
        using var text = new StreamReader(typeof(TaskFile).Assembly.GetManifestResourceStream(file)
            ?? throw new ArgumentException($"There is no built-in task file {file}.", nameof(name)));
        return Parse(file, text.ReadToEnd());
    }

    private static EvaluationTask Parse(string path, string text)
    {
        EvaluationTask task;
        try
        {
            task = JsonSerializer.Deserialize<EvaluationTask>(text, Options)
                ?? throw new EvaluationDataException(path, 1, "the file says null where a task is needed");
        }
        catch (JsonException fault)
        {
            throw new EvaluationDataException(
                path, (fault.LineNumber ?? 0) + 1, fault.Message.Split(" Path:")[0].Split(" LineNumber:")[0], fault);
        }

        var problems = TaskCheck.Problems(task);
        return problems.Count == 0
            ? task with { SchemaAddress = null }
            : throw new EvaluationDataException(path, 0, string.Join("; ", problems));
    }

    /// <summary>The JSON text of a task.</summary>
    public static string Write(EvaluationTask task) => JsonSerializer.Serialize(task, Options);

    /// <summary>SHA-256 of the JSON text: two tasks with one hash ask the same.</summary>
    public static string Hash(EvaluationTask task) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(task))));
}
