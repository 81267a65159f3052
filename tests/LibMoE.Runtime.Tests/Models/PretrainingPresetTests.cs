using System.Runtime.CompilerServices;
using LibMoE.Runtime.Hosting;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Tests.Models;

/// <summary>The settings files of examples/Pretraining.</summary>
public sealed class PretrainingPresetTests
{
    [Theory]
    [InlineData("libmoe-154m", 100_000, 0, 0.1)]
    [InlineData("libmoe-679m", 400_000, 4_000, 0.25)]
    public void LibMoEs_presets_are_its_published_models_and_training(string name, int steps, int warmup, double clip)
    {
        var settings = Settings(name);
        var training = settings.GetSection("Training").Get<TrainingConfig>()!;

        Assert.Equal(
            name == "libmoe-154m" ? ModelPresets.LibMoE154M : ModelPresets.LibMoE679M, settings.GetSection("Model").Get<ModelConfig>());
        Assert.Equal(65_536, training.Batch * training.SequenceLength);
        Assert.Equal((steps, warmup, clip), (training.Steps, training.Warmup, training.Clip));
        Assert.Equal((2.5e-4, 0.1, 0.01), (training.LearningRate, training.MinLearningRate, training.WeightDecay));
        Assert.Equal((0.9, 0.999, 1e-8), (training.Beta1, training.Beta2, training.Epsilon));
    }

    [Theory]
    [InlineData("libmoe-154m")]
    [InlineData("libmoe-679m")]
    [InlineData("nanogpt-cpu")]
    [InlineData("")]
    public void Every_setting_of_a_preset_exists_and_can_be_used(string name)
    {
        var settings = Settings(name);

        Assert.Empty(SettingsCheck.Problems(settings, []));
        Assert.Empty(settings.GetSection("Model").Get<ModelConfig>()!.Problems());
        Assert.Empty(settings.GetSection("Training").Get<TrainingConfig>()!.Problems());
        Assert.All(settings.GetChildren(), section => Assert.Contains(section.Key, SettingsSection.All.Select(known => known.Name)));
    }

    private static IConfigurationRoot Settings(string preset, [CallerFilePath] string here = "")
    {
        var example = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../examples/Pretraining"));
        return new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(preset.Length == 0 ? example : Path.Combine(example, "presets", preset), "appsettings.json"))
            .Build();
    }
}
