using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Models.Vision;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Vision;

public sealed class VisionLoaderTests
{
    public static TheoryData<string, VisionNames, string?> Layouts => new()
    {
        { "clip", VisionNames.Four, null },
        { "clip", VisionNames.Five, null },
        { "clip", VisionNames.Whole, null },
        { "siglip", VisionNames.Four, null },
        { "siglip", VisionNames.Five, null },
        { "siglip", VisionNames.Whole, null },
        { "clip", VisionNames.Four, "gelu" },
        { "siglip", VisionNames.Four, "gelu" },
    };

    [Theory, MemberData(nameof(Layouts))]
    public void Features_of_every_layer_are_what_plain_loops_compute_from_the_files(string family, VisionNames names, string? activation)
    {
        using var folder = new VisionFolder(family, names, activation).Write();
        var pictures = new[] { Pictures.Random(14, 14, 1), Pictures.Random(14, 14, 2) };
        var states = pictures.Select(picture => folder.Plain().HiddenStates(picture)).ToList();
        foreach (var layer in new[] { -1, -2, -4 })
        {
            foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-5) })
            {
                using var scope = NewDisposeScope();
                using var loaded = VisionLoader.Load(folder.Path, featureLayer: layer, dtype: type);

                var features = Pictures.Values(loaded.Encoder.forward(Pictures.Batch(type, pictures)).Features);

                var expected =
                    states.SelectMany(state => state[^-layer].Skip(family == "clip" ? 1 : 0).SelectMany(token => token)).ToArray();
                Same(expected, features, tolerance);
            }
        }
    }

    [Fact]
    public void The_last_norm_makes_SigLIPs_last_hidden_state()
    {
        using var scope = NewDisposeScope();
        using var folder = new VisionFolder("siglip").Write();
        using var loaded = VisionLoader.Load(folder.Path, featureLayer: -1, dtype: ScalarType.Float64);
        using var encoder = VisionEncoder.Create(loaded.Encoder.Config with { FeatureNorm = true }, dtype: ScalarType.Float64);
        encoder.load_state_dict(loaded.Encoder.state_dict());
        var picture = Pictures.Random(14, 14, 3);

        var features = Pictures.Values(encoder.forward(Pictures.Batch(ScalarType.Float64, picture)).Features);

        var plain = folder.Plain();
        Same([.. plain.HiddenStates(picture)[^1].SelectMany(plain.Last)], features, 1e-12);
    }

    [Fact]
    public void What_a_file_does_not_state_is_the_familys()
    {
        var (clip, siglip) = (Describe("clip"), Describe("siglip"));

        Assert.Equal((32, Activation.QuickGelu, 1e-5, true, false, true),
            (clip.PatchSize, clip.Activation, clip.NormEpsilon, clip.ClassToken, clip.PatchBias, clip.PreNorm));
        Assert.Equal((16, Activation.GeluTanh, 1e-6, false, true, false),
            (siglip.PatchSize, siglip.Activation, siglip.NormEpsilon, siglip.ClassToken, siglip.PatchBias, siglip.PreNorm));

        VisionConfig Describe(string family)
        {
            using var folder = new VisionFolder(family, change: settings =>
            {
                foreach (var name in settings.Select(entry => entry.Key).Where(name => name != "model_type").ToList())
                {
                    settings.Remove(name);
                }
            }).Write();
            // The tensors are not those of the defaults: what is described stands in the message.
            var error = Assert.Throws<StorageException>(() => VisionLoader.Load(folder.Path));
            Assert.Contains("instead of", error.Message);
            var (row, config) = LibMoE.Runtime.Checkpoints.Layouts.HuggingFace.Vision.VisionFamily.Of(
                LibMoE.Runtime.Checkpoints.Layouts.HuggingFace.HuggingFaceConfig.Read(
                    DiskFiles.Instance, Path.Combine(folder.Path, "config.json")));
            return row.Describe(config);
        }
    }

    [Theory]
    [InlineData("siglip2", "NaFlex")]
    [InlineData("dinov2", "is no image encoder that is known; these can be loaded: clip_vision_model, clip, siglip_vision_model, siglip")]
    public void Another_architecture_is_refused_by_name(string type, string message)
    {
        using var folder = new VisionFolder("clip", change: settings => settings["model_type"] = type).Write();

        Assert.Contains(message, Assert.Throws<ConfigurationException>(() => VisionLoader.Load(folder.Path)).Message);
    }

    [Theory]
    [InlineData("hidden_act", "\"swish\"", "hidden_act")]
    [InlineData("num_attention_heads", "5", "cannot share equally")]
    [InlineData("patch_size", "99", "PatchSize")]
    public void A_setting_that_cannot_be_loaded_is_refused_by_name(string key, string value, string message)
    {
        using var folder = new VisionFolder("clip", change: settings => settings[key] = JsonNode.Parse(value)).Write();

        Assert.Contains(message, Assert.ThrowsAny<Exception>(() => VisionLoader.Load(folder.Path)).Message);
    }

    [Fact]
    public void A_missing_or_an_unknown_tensor_is_refused_by_name()
    {
        using var folder = new VisionFolder("clip");
        folder.Tensors.Remove("vision_model.encoder.layers.1.mlp.fc1.bias");
        folder.Tensors.Add("vision_model.extra", ([1], [1]));
        folder.Write();

        var error = Assert.Throws<StorageException>(() => VisionLoader.Load(folder.Path));

        Assert.Contains("missing: vision_model.encoder.layers.1.mlp.fc1.bias", error.Message);
        Assert.Contains("unknown: 'vision_model.extra'", error.Message);
    }

    [Fact]
    public void Images_are_prepared_as_the_file_beside_the_encoder_says_and_else_as_the_familys_are()
    {
        using var folder = new VisionFolder("siglip").Write();
        using (var loaded = VisionLoader.Load(folder.Path, scales: [1, 3]))
        {
            Assert.Equal(ImageProcessor.SigLip with { Size = 42 }, loaded.Processor);
        }

        File.WriteAllText(Path.Combine(folder.Path, "preprocessor_config.json"), """{"resample": 2, "image_mean": [0.1, 0.2, 0.3]}""");
        using (var loaded = VisionLoader.Load(folder.Path))
        {
            Assert.Equal((ImageResampling.Bilinear, 14), (loaded.Processor.Resampling, loaded.Processor.Size));
            Assert.Equal([0.1, 0.2, 0.3], loaded.Processor.Mean);
            Assert.Equal([0.5, 0.5, 0.5], loaded.Processor.Std);
        }

        File.WriteAllText(Path.Combine(folder.Path, "preprocessor_config.json"), """{"size": {"height": 14, "width": 14}}""");
        using (var loaded = VisionLoader.Load(folder.Path, scales: [1, 3]))
        {
            Assert.Equal(42, loaded.Processor.Size);
        }

        foreach (var (text, problem) in new[]
        {
            ("""{"resample": 1}""", "resample is '1'"),
            ("""{"size": {"height": 16, "width": 16}}""", "size is '{\"height\": 16, \"width\": 16}'"),
            ("""{"do_center_crop": true}""", "do_center_crop is 'true'"),
        })
        {
            File.WriteAllText(Path.Combine(folder.Path, "preprocessor_config.json"), text);
            Assert.Contains(problem, Assert.Throws<ConfigurationException>(() => VisionLoader.Load(folder.Path)).Message);
        }
    }

    internal static void Same(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max(Math.Abs) > 0.1, "Values of nearly 0 would show nothing.");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
    }
}
