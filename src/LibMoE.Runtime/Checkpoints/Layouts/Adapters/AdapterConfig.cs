using System.Text.Json;
using System.Text.Json.Serialization;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Layouts.Adapters;

/// <summary>The content of <c>adapter_config.json</c>, with the names that PEFT gives it; what PEFT has no name for stands under
/// <c>libmoe</c>.</summary>
internal sealed record AdapterConfig
{
    private const int LongestFile = 1 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What kind of adapters.</summary>
    public string PeftType { get; init; } = "LORA";

    /// <summary>What the model does.</summary>
    public string TaskType { get; init; } = "CAUSAL_LM";

    /// <summary>The path of the model that they adapt.</summary>
    public required string BaseModelNameOrPath { get; init; }

    /// <summary>r.</summary>
    public required int R { get; init; }

    /// <summary>α.</summary>
    public required double LoraAlpha { get; init; }

    /// <summary>The last words of the names of adapted modules.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>No adapter drops units.</summary>
    public double LoraDropout { get; init; }

    /// <summary>Biases stay as they are.</summary>
    public string Bias { get; init; } = "none";

    /// <summary>The scale is α/r, not α/√r.</summary>
    public bool UseRslora { get; init; }

    /// <summary>They are ready for use.</summary>
    public bool InferenceMode { get; init; } = true;

    /// <summary>What PEFT has no name for.</summary>
    public required AdapterOrigin Libmoe { get; init; }

    /// <summary>The options that they were made with.</summary>
    [JsonIgnore]
    public AdapterOptions Options => new()
    {
        Rank = R,
        Alpha = LoraAlpha,
        Attention = Libmoe.Attention,
        Experts = Libmoe.Experts,
        Sharing = Libmoe.Sharing,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is no configuration of adapters that were saved here.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static AdapterConfig Read(IRunFiles files, string path)
    {
        try
        {
            var config = JsonSerializer.Deserialize<AdapterConfig>(files.ReadAll(path, LongestFile), Json);
            return config is { PeftType: "LORA", Bias: "none", UseRslora: false } && config.Options.Problems().Count == 0
                ? config
                : throw new ConfigurationException(
                    $"{path} describes adapters of another kind than are loaded here (LORA, scaled by α/r).");
        }
        catch (JsonException error)
        {
            throw new ConfigurationException($"{path} is not the configuration of adapters that were saved here: "
                + $"{MessageText.Reason(error)}.");
        }
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}

/// <summary>Which model adapters are of, and where in it they stand.</summary>
/// <param name="BaseSha256">What the model's files hold.</param>
/// <param name="Attention">See <see cref="AdapterOptions.Attention"/>.</param>
/// <param name="Experts">See <see cref="AdapterOptions.Experts"/>.</param>
/// <param name="Sharing">See <see cref="AdapterOptions.Sharing"/>.</param>
internal sealed record AdapterOrigin(string BaseSha256, bool Attention, bool Experts, ExpertAdapters Sharing);
