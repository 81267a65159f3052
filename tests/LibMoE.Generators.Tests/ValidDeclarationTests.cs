using CsCheck;
using LibMoE.Generators.Tests.Support;
using LibMoE.Runtime.Testing;

namespace LibMoE.Generators.Tests;

/// <summary>
/// Right declarations drawn at random, from attributes to numbers: generated, compiled in one compilation, loaded, and held to the dense
/// float64 oracle. CsCheck prints the seed of a failure; set CsCheck_Seed to repeat it. The campaign draws others every time.
/// </summary>
public class ValidDeclarationTests
{
    private const int Layers = 200;
    private const int ShownFailures = 20;
    private const string Seed = "0003qxzz1Hl1";

    /// <summary>
    /// In float64 to 1e-9. Float32 is about rounding only, which a difference of nearly equal numbers, such as an entropy close to 0,
    /// carries into the fifth digit.
    /// </summary>
    private static readonly KitOptions Small = new()
    {
        Shapes = [new([1], 6, 5), new([2, 5], 7, 9) { Masked = true }],
        Float32Tolerance = 1e-4,
    };

    /// <summary>One layer in thousands draws an expert's output so close to 0 that its direction, which DiversityLoss takes,
    /// has three digits.</summary>
    private static readonly KitOptions Many = Small with { Float32Tolerance = 1e-2 };

    [Fact]
    public void Every_right_declaration_becomes_a_layer_that_does_what_it_declares() => Examine(Small, Seed, times: 1);

    [Fact, Trait("Category", "Campaign")]
    public void Thousands_of_right_declarations_become_layers_that_do_what_they_declare() => Examine(Many, seed: null, times: 10);

    private static void Examine(KitOptions options, string? seed, int times) =>
        ValidDeclarations.Attributes.Array[Layers].Sample(
            declarations =>
            {
                var source = string.Join(
                    '\n', declarations.Select((attributes, i) => $"[MoeLayer, {attributes}] public sealed partial class Layer{i};"));
                var run = GeneratorRun.Of(TestSource.Of(source)).AssertReportsNothing();

                var variants = Support.Layers.Of(run);
                Assert.Equal(Layers, variants.Count);
                var failures = variants.Zip(declarations)
                    .SelectMany(pair => LayerKit.Examine(pair.First, options).Checks.Where(check => check.Failures.Count > 0)
                        .Select(check => $"[{pair.Second}] {check.Name}: {check.Failures[0]}"))
                    .ToList();
                Assert.True(failures.Count == 0, string.Join('\n', failures.Take(ShownFailures).Prepend($"{failures.Count} failures")));
            },
            seed: seed,
            iter: times,
            threads: 1);
}
