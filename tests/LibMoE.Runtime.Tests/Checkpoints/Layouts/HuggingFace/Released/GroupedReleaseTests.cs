using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>Where a release limits picks to groups, what is left out counts as the code that it is published with has it: 0 in
/// transformers' classes, −∞ in Ling's, either in DeepSeek-V3's, whose authors have −∞ and transformers 0.</summary>
public sealed class GroupedReleaseTests : IDisposable
{
    private static readonly long[] Ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12];

    private readonly DataFolder _written = new();

    public void Dispose() => _written.Dispose();

    [Theory]
    [InlineData("dots1", nameof(TinyGroupedDots1))]
    [InlineData("glm4_moe", nameof(TinyGroupedGlm45))]
    [InlineData("solar_open", nameof(TinyGroupedSolarOpen))]
    public void Groups_of_transformers_classes_are_left_out_by_zero(string family, string layer)
    {
        using var folder = Grouped(family).Write();
        using var loaded = ReleasedModelTests.Load(folder, layer);

        ReleasedModelTests.SameLogits(folder.Path, loaded.Model, 1e-9);
        using var again = Again(loaded, family, layer);
        ReleasedModelTests.SameLogits(folder.Path, again.Model, 1e-9);
        ReleasedModelTests.SameLogits(_written.Path, again.Model, 1e-9);
    }

    [Fact]
    public void A_layer_that_leaves_out_by_infinity_is_refused_where_files_mean_zero_and_would_differ()
    {
        using var folder = Grouped("dots1").Write();

        Assert.Contains(
            "SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, MaskByZero = true, Scale = 2.5), BiasBalance(0.001)]; "
                + "none of TinyInfiniteDots1 is that.",
            Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(folder, nameof(TinyInfiniteDots1))).Message,
            StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var zero = ReleasedModelTests.Load(folder, nameof(TinyGroupedDots1));
        using var infinite = LanguageModel.Create(
            zero.Model.Config, HuggingFaceImportTests.MoeVariant(nameof(TinyInfiniteDots1)), dtype: ScalarType.Float64);
        infinite.load_state_dict(zero.Model.state_dict());
        infinite.eval();
        Assert.True(Farthest(zero.Model, infinite) > 0.01);
    }

    [Fact]
    public void A_layer_that_leaves_out_by_zero_is_refused_where_files_mean_infinity()
    {
        using var folder = new ReleasedFolder("bailing_moe_v2").Write();

        Assert.Contains(
            "SigmoidGate(TopK = 3, Groups = 4, TopGroups = 2, Scale = 2.5), BiasBalance(0.001)]; none of TinyMaskedLingV2 is that.",
            Assert.Throws<ConfigurationException>(() => ReleasedModelTests.Load(folder, nameof(TinyMaskedLingV2))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(TinyDeepSeekV3), false)]
    [InlineData(nameof(TinyMaskedDeepSeekV3), true)]
    public void DeepSeek_V3_is_loaded_as_its_authors_or_as_transformers_mask_it(string layer, bool masksByZero)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var folder = new DeepSeekFolder("deepseek_v3");
        foreach (var (name, (shape, values)) in folder.Tensors.Where(entry => IsCorrection(entry.Key)).ToList())
        {
            folder.Tensors[name] = (shape, Array.ConvertAll(values, value => value - 0.7f));
        }

        folder.Write();
        using var loaded = ModelLoader.Load(folder.Path, [HuggingFaceImportTests.MoeVariant(layer)], ScalarType.Float64);

        var actual = LanguageModelTests.Values(loaded.Model.forward(tensor(Ids, [1, Ids.Length])).Logits);
        Assert.True(Distance(masksByZero) < 1e-10);
        Assert.True(Distance(!masksByZero) > 0.01, "both masks pick the same, which would show nothing");
        HuggingFaceExport.Save(loaded.Model, _written.Path, new ExportOptions { Architecture = "deepseek_v3" });
        using var again = ModelLoader.Load(_written.Path, [loaded.Variant!], ScalarType.Float64);
        HuggingFaceImportTests.BitIdentical(loaded.Model, again.Model);

        double Distance(bool byZero) => new DeepSeekForward(folder.Config, folder.Tensors) { MasksByZero = byZero }.Logits(Ids)
            .SelectMany(row => row).Zip(actual, (expected, found) => Math.Abs(expected - found)).Max();
    }

    [Fact]
    public void Without_a_bias_no_mask_makes_a_difference()
    {
        using var folder = new DeepSeekFolder("deepseek_v2").Write();

        using var loaded = ModelLoader.Load(
            folder.Path, [HuggingFaceImportTests.MoeVariant(nameof(TinyMaskedDeepSeekV2))], ScalarType.Float64);

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var actual = LanguageModelTests.Values(loaded.Model.forward(tensor(Ids, [1, Ids.Length])).Logits);
        Assert.All(new[] { true, false }, byZero => Assert.All(
            new DeepSeekForward(folder.Config, folder.Tensors) { MasksByZero = byZero }.Logits(Ids).SelectMany(row => row).Zip(actual),
            pair => Assert.Equal(pair.First, pair.Second, 1e-10)));
    }

    [Fact]
    public void An_export_names_a_mask_that_the_architecture_does_not_have()
    {
        using var infinite = Model(nameof(TinyInfiniteDots1));
        using var masked = Model(nameof(TinyMaskedLingV2));

        Assert.Equal(
            "The model TinyInfiniteDots1 cannot be written for Hugging Face's libraries: no counterpart in dots1 for groups that are left "
                + "out by −∞.", Refused(infinite, "dots1"));
        Assert.Equal(
            "The model TinyMaskedLingV2 cannot be written for Hugging Face's libraries: no counterpart in bailing_moe_v2 for groups that "
                + "are left out by 0.", Refused(masked, "bailing_moe_v2"));

        string Refused(LanguageModel model, string architecture) => Assert.Throws<ConfigurationException>(
            () => HuggingFaceExport.Save(model, _written.Path, new ExportOptions { Architecture = architecture })).Message;

        static LanguageModel Model(string layer) => LanguageModel.Create(
            new ModelConfig { QueryKeyNorm = true, Hidden = 10 }, HuggingFaceImportTests.MoeVariant(layer));
    }

    private static ReleasedFolder Grouped(string family)
    {
        var folder = new ReleasedFolder(family, change: config =>
        {
            (config["n_group"], config["topk_group"]) = ((JsonNode)4, (JsonNode)2);
        });

        // So low that kept experts fall below 0, where the masks differ.
        foreach (var (name, (type, shape, bytes)) in folder.Tensors.Where(entry => IsCorrection(entry.Key)).ToList())
        {
            folder.Tensors[name] = (type, shape, [.. bytes.Chunk(4)
                .SelectMany(four => BitConverter.GetBytes(BitConverter.ToSingle(four) - 0.7f))]);
        }

        return folder;
    }

    private LoadedModel Again(LoadedModel loaded, string family, string layer)
    {
        HuggingFaceExport.Save(loaded.Model, _written.Path, new ExportOptions { Architecture = family });
        return ModelLoader.Load(_written.Path, ReleasedModelTests.Layers(layer), ScalarType.Float64);
    }

    private static bool IsCorrection(string name) => name.EndsWith("e_score_correction_bias", StringComparison.Ordinal);

    private static double Farthest(LanguageModel one, LanguageModel other)
    {
        var ids_SL = tensor(Ids, [1, Ids.Length]);
        return LanguageModelTests.Values(one.forward(ids_SL).Logits).Zip(
            LanguageModelTests.Values(other.forward(ids_SL).Logits), (left, right) => Math.Abs(left - right)).Max();
    }
}
