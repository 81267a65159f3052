using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Cuda;

/// <summary>The layers on a graphics card: <c>dotnet test -p:LibMoEBackend=cuda --filter Category=Cuda</c> on a
/// machine that has one.</summary>
[Trait("Category", "Cuda")]
public class CudaLayerTests
{
    /// <summary>Widths of whole 16 bytes, which grouped matmuls take, and others.</summary>
    private static readonly KitOptions OnCuda = new()
    {
        Device = CUDA,
        Shapes = [new([9], 6, 5), new([2, 5], 16, 24) { Masked = true }, new([40], 64, 32)],
    };

    [SkippableFact]
    public void A_layer_of_the_catalog_does_on_the_card_what_it_declares()
    {
        Skip.IfNot(cuda.is_available(), "There is no CUDA device, or this is a build for the CPU.");
        var failures = ZooVariants.All
            .SelectMany(variant => LayerKit.Examine(variant, OnCuda).Checks
                .Where(check => check.Failures.Count > 0)
                .Select(check => $"{variant.Name}: {check.Name}: {check.Failures[0]}"))
            .ToList();
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
