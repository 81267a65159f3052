using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>Reads cluster files (JSON); docs/schemas/cluster.schema.json describes them.</summary>
internal static class ClusterFile
{
    /// <summary>What they are read by: camel case, and nothing unknown or twice.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or says what cannot be; the message names the file and the
    /// field.</exception>
    public static Cluster Read(string path)
    {
        var cluster = Parsed(path);
        ConfigurationException.ThrowIfAny([.. cluster.Problems().Select(problem => $"{path}: {problem}.")]);
        return cluster;
    }

    private static Cluster Parsed(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Cluster>(File.ReadAllText(path), Options)
                ?? throw new ConfigurationException($"{path} says null where a cluster is needed.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The cluster file {path} cannot be read: {unreadable.Message}");
        }
        catch (JsonException fault)
        {
            var what = fault.Message.Split(" Path:")[0].Split(" LineNumber:")[0].TrimEnd('.');
            throw new ConfigurationException($"{path}, line {(fault.LineNumber ?? 0) + 1}: {what}.");
        }
    }
}
