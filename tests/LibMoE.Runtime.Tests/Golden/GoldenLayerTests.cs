using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Golden;

public class GoldenLayerTests
{
    private static readonly Dictionary<string, MoeVariant> Layers = new()
    {
        ["softmax"] = MoeVariant.Of<GoldenSoftmax>(),
        ["sigmoid"] = MoeVariant.Of<GoldenSigmoid>(),
        ["cosine"] = MoeVariant.Of<GoldenCosine>(),
        ["perturbed cosine"] = MoeVariant.Of<GoldenPerturbedCosine>(),
        ["hyper"] = MoeVariant.Of<GoldenHyper>(),
        ["shared"] = MoeVariant.Of<GoldenShared>(),
        ["xmoe"] = MoeVariant.Of<GoldenXMoe>(),
        ["groups and bias"] = MoeVariant.Of<GoldenGroupsAndBias>(),
        ["zero-compute"] = MoeVariant.Of<GoldenZeroCompute>(),
        ["switch"] = MoeVariant.Of<GoldenSwitch>(),
    };

    public static TheoryData<string> Names => [.. GoldenCase.All().Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_float64_layer_reproduces_the_reference_case(string name) => Reproduce(name, ScalarType.Float64, 1e-9);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_float32_layer_reproduces_the_reference_case(string name) => Reproduce(name, ScalarType.Float32, 1e-5);

    private static void Reproduce(string name, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var golden = GoldenCase.Load(name);
        var layer = Layers[name].Create(golden.Shape with { DType = type });
        layer.load_state_dict(golden.Parameters.ToDictionary());
        golden.AssertReproducedBy(layer.forward(golden.Input.to(type)), tolerance);
    }
}
