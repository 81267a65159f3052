using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>Rotary settings wherever a <c>config.json</c> has them: what plain loops compute from the same file,
/// or a refusal by name.</summary>
public sealed class HuggingFaceRotaryTests
{
    private const string Llama3 =
        "\"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 100";

    private const string Yarn = "\"factor\": 3.0, \"original_max_position_embeddings\": 60";

    /// <summary>Heads of 8 channels and a base of 500 have wavelengths of 6, 30, 141 and 664 tokens: with a first context of 100 one stays,
    /// one is between, two are divided.</summary>
    [Theory]
    [InlineData("llama", "rope_scaling", $$"""{"rope_type": "llama3", {{Llama3}}}""")]
    [InlineData("llama", "rope_scaling", """{"type": "linear", "factor": 2.5}""")]
    [InlineData("llama", "rope_scaling", """{"rope_type": "default"}""")]
    [InlineData("mistral", "rope_parameters", $$"""{"rope_type": "llama3", "rope_theta": 300.0, {{Llama3}}}""")]
    [InlineData("qwen3", "rope_parameters", """{"rope_type": "linear", "factor": 4.0, "rope_theta": 700.0}""")]
    [InlineData("qwen2", "rope_parameters", """{"rope_type": "default", "rope_theta": 70.0}""")]
    [InlineData("qwen2", "rope_parameters", """{"rope_type": "default"}""", 80.0)]
    [InlineData("phi3", "rope_parameters", """{"rope_type": "default", "rope_theta": 70.0, "partial_rotary_factor": 0.75}""")]
    [InlineData("deepseek", "rope_scaling", """{"type": "linear", "factor": 2.0}""", 500.0)]
    [InlineData("llama", "rope_scaling", """{"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 100}""")]
    [InlineData("qwen3", "rope_scaling", """{"type": "yarn", "factor": 4.0}""")]
    [InlineData("mistral", "rope_parameters",
        """{"rope_type": "yarn", "rope_theta": 300.0, "original_max_position_embeddings": 5, "beta_fast": 2, "beta_slow": 0.1}""")]
    [InlineData("mixtral", "rope_scaling", $$"""{"rope_type": "yarn", "beta_fast": 16, "truncate": false, "mscale": 0.7, {{Yarn}}}""")]
    [InlineData("mixtral", "rope_scaling", $$"""{"rope_type": "yarn", "mscale": 1.0, "mscale_all_dim": 0.5, {{Yarn}}}""")]
    [InlineData("olmoe", "rope_scaling", $$"""{"rope_type": "yarn", "attention_factor": 1.25, "mscale": 1, "mscale_all_dim": 0.5, {{Yarn}}}""")]
    public void Rotary_settings_are_honoured_wherever_they_stand(string family, string key, string value, double? theta = null)
    {
        using var folder = new HuggingFaceFolder(family, change: config =>
        {
            if (family != "olmoe")
            {
                config["head_dim"] = 8;
            }

            config[key] = JsonNode.Parse(value);
            config.Remove("partial_rotary_factor");
            if (key == "rope_parameters")
            {
                config.Remove("rope_theta");
            }

            if (theta is not null)
            {
                config["rope_theta"] = theta;
            }
        }).Write();

        using var loaded = Load(folder);

        HuggingFaceImportTests.SameLogits(folder.Path, loaded.Model, 1e-10);
    }

    [Theory]
    [InlineData("deepseek", "rope_scaling", """{"rope_type": "yarn", "factor": 4.0}""",
        """rope_scaling.rope_type is '"yarn"'; in deepseek it can be default or linear.""")]
    [InlineData("llama", "rope_scaling", """{"type": "dynamic", "factor": 4.0}""",
        """rope_scaling.type is '"dynamic"'; in llama it can be default or linear or llama3 or yarn.""")]
    [InlineData("qwen3", "rope_parameters", """{"rope_type": "yarn", "factor": 4.0, "llama_4_scaling_beta": 0.1}""",
        "rope_parameters.llama_4_scaling_beta is '0.1'; a model can be loaded where it is absent.")]
    [InlineData("llama", "rope_scaling", """{"rope_type": "linear", "factor": 4.0, "beta_fast": 32}""",
        "rope_scaling.beta_fast is '32'; a model can be loaded where it is absent.")]
    [InlineData("phi3", "rope_scaling", """{"type": "longrope"}""", """rope_scaling.type is '"longrope"'; in phi3 it can be default.""")]
    [InlineData("phi3", "rope_scaling", """{"type": "linear", "factor": 2.0}""", "in phi3 it can be default.")]
    [InlineData("deepseek", "rope_scaling", $$"""{"rope_type": "llama3", {{Llama3}}}""", "in deepseek it can be default or linear.")]
    [InlineData("llama", "rope_scaling", """{"rope_type": "linear", "factor": 2.0, "attention_factor": 1.3}""",
        "rope_scaling.attention_factor is '1.3'; a model can be loaded where it is absent.")]
    [InlineData("llama", "rope_parameters", """{"full_attention": {"rope_theta": 10.0}}""", "rope_parameters.full_attention is ")]
    [InlineData("llama", "rope_parameters", """{"rope_type": "default", "rope_theta": 10.0}""",
        "rope_theta is 500 in one place and 10 in another; state it once.")]
    [InlineData("llama", "partial_rotary_factor", "0.5", "partial_rotary_factor is 0.5; in llama it must be 1.")]
    public void What_the_backbone_does_not_have_is_refused_by_name(string family, string key, string value, string message)
    {
        using var folder = new HuggingFaceFolder(family, change: config => config[key] = JsonNode.Parse(value)).Write();

        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => Load(folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"rope_type": "llama3", "factor": 8.0}""", "does not state rope_scaling.low_freq_factor")]
    [InlineData("""{"rope_type": "linear", "factor": 0.5}""", "Model:RotaryScaling:Factor is 0.5; it must be at least 1.")]
    [InlineData(
        """{"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1, "original_max_position_embeddings": 100}""",
        "LowFrequency is 4 and HighFrequency 1;")]
    public void A_rule_that_is_not_whole_is_refused(string value, string message)
    {
        using var folder = new HuggingFaceFolder("llama", change: config => config["rope_scaling"] = JsonNode.Parse(value)).Write();

        Assert.Contains(message, Assert.Throws<StorageException>(() => Load(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_odd_number_of_rotary_channels_is_refused()
    {
        using var folder = new HuggingFaceFolder("phi3", change: config => config["partial_rotary_factor"] = 0.4).Write();

        Assert.Contains("3 rotary channels cannot be turned in pairs", Assert.Throws<StorageException>(() => Load(folder)).Message,
            StringComparison.Ordinal);
    }

    private static LoadedModel Load(HuggingFaceFolder folder) =>
        ModelLoader.Load(folder.Path, LibMoERuntimeTestsVariants.All, ScalarType.Float64);
}
