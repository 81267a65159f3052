namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>LibMoE's published sizes, from declarations alone: nothing of their size is made.</summary>
public sealed class VisionLanguagePresetTests
{
    private static readonly VisionLanguageConfig Preset = VisionLanguagePresets.LibMoE;
    private static readonly ConnectorConfig Connector = Preset.Connector.Between(Preset.Vision, Preset.Language);
    private static readonly VisionLanguageVariants Mixtures = new(MoeVariant.Of<SixTanh>(), MoeVariant.Of<SixGelu>());

    [Fact]
    public void The_features_are_those_of_two_scales()
    {
        Assert.Empty(Preset.Problems());
        Assert.Equal((256, 2304, 672), (Preset.Vision.Features, Preset.Vision.FeatureWidth, Preset.Vision.InputSize));
        Assert.Equal((2304, 3072, 3072), (Connector.Input, Connector.Hidden, Connector.Output));
    }

    [Fact]
    public void A_connector_expert_has_16_521_216_parameters_and_six_99_127_296()
    {
        var dense = VisionLanguageCost.Connector(Connector, declaration: null);
        var mixture = VisionLanguageCost.Connector(Connector, Mixtures.Connector!.Declaration);

        Assert.Equal(16_521_216, dense);
        Assert.Equal(99_127_296, mixture - 6 * 2304);
    }

    [Fact]
    public void An_encoders_MLP_has_9_921_872_parameters_and_six_of_27_blocks_1_607_343_264()
    {
        var dense = VisionLanguageCost.Vision(Preset.Vision, declaration: null);
        var mixture = VisionLanguageCost.Vision(Preset.Vision, Mixtures.Vision!.Declaration);
        var routers = 27 * 6 * 1152;

        Assert.Equal(5 * 27 * 9_921_872L, mixture - routers - dense);
        Assert.Equal(1_607_343_264, 6 * 27 * 9_921_872L);
        Assert.Equal(1_752_081_696, mixture);
    }

    [Fact]
    public void The_whole_has_5_67_billion()
    {
        Assert.Equal(3_821_079_552, ModelCost.TotalParameters(Preset.Language, declaration: null));
        Assert.Equal(1_752_081_696L + 99_127_296 + 6 * 2304 + 3_821_079_552, VisionLanguageCost.Total(Preset, Mixtures));
    }

    [Fact]
    public void A_small_models_formula_is_what_its_parts_have()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var config = SmallModels.Config;
        var variants = SmallModels.Mixtures;
        using var model = VisionLanguageModel.Create(config, variants);

        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), VisionLanguageCost.Total(config, variants));
    }

    [Fact]
    public void The_mixture_of_the_last_block_is_warned_about_where_features_are_read_before_it()
    {
        Assert.Contains("block 26 gets no gradient from the task", Assert.Single(Preset.Vision.Cautions(mixture: true)));
        Assert.Empty(Preset.Vision.Cautions(mixture: false));
        Assert.Empty((Preset.Vision with { MoeBlocks = [.. Enumerable.Range(0, 26)] }).Cautions(mixture: true));
        Assert.Empty((Preset.Vision with { FeatureLayer = -1 }).Cautions(mixture: true));
    }
}
