using LibMoE.Runtime.Testing;

namespace LibMoE.Runtime.Tests.Zoo;

/// <summary>Every layer of the catalog does what it declares: the whole test kit over the kit's grid of shapes.</summary>
public class ZooKitTests
{
    private static readonly Dictionary<string, MoeVariant> Variants = ZooVariants.All
        .SelectMany(variant => variant.Declaration.ByBlock.Select(inner => (Name: $"{variant.Name}.{inner.Name}", Layer: inner))
            .Prepend((variant.Name, Layer: variant)))
        .ToDictionary(layer => layer.Name, layer => layer.Layer);

    public static TheoryData<string> Names => [.. Variants.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_of_the_catalog_does_what_it_declares(string name)
    {
        var report = LayerKit.Check(Variants[name]);
        Assert.Contains(report.Checks, check =>
            check is { Passed: true, Name: "a float64 layer gives the oracle's outputs, routing, losses and gradients" });
    }
}
