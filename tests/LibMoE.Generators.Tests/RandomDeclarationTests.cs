using CsCheck;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Tests;

/// <summary>
/// Declarations drawn at random, most of them wrong. CsCheck prints the seed of a failure; set CsCheck_Seed to repeat it. The campaign
/// draws others every time.
/// </summary>
public class RandomDeclarationTests
{
    private const int Compilations = 4;
    private const int LayersPerCompilation = 150;
    private const string Seed = "2WRmkrqSN_k1";

    /// <summary>What C# itself refuses: an attribute twice, on a struct, or one that does not exist.</summary>
    private static readonly string[] CompilersOwn = ["CS0579", "CS0592", "CS0246"];

    private static readonly Gen<string> Int =
        Mostly(Gen.OneOf("1", "2", "4", "8"), Gen.OneOf("-1", "0", "3", "64", "70000", "int.MaxValue", "int.MinValue"));

    private static readonly Gen<string> Double = Mostly(
        Gen.OneOf("0.5", "0.01", "0.125"), Gen.OneOf("0", "1", "-1", "2.5", "1e-300", "1e300", "double.NaN", "double.PositiveInfinity"));

    private static readonly Gen<string> Bool = Gen.OneOf("true", "false");

    private static readonly Gen<string> Kind = Mostly(
        Gen.OneOf("SwiGlu", "Relu", "Gelu", "ReluSquared", "GeGlu", "GeGluTanh", "SiTu", "Mine.Scaled"),
        Gen.OneOf("Zero", "Copy", "Constant", "IExpert", "IZeroComputeExpert"));

    private static readonly Gen<string> Value = Gen.OneOf(
        "GroupValue.Default", "GroupValue.Largest", "GroupValue.TopTwo", "GroupValue.Sum", "(GroupValue)9");

    private static readonly Gen<string> Glu =
        Options(("Bias", Bool), ("Limit", Double), ("Slope", Double), ("UpOffset", Double), ("ClampAfterActivation", Bool));

    private static readonly Gen<string> Picks = Options(
        ("TopK", Int), ("Scale", Double), ("Jitter", Double), ("RouterBias", Bool), ("InitStd", Double));

    private static readonly Gen<string> Scores = Gen.Select(Picks, Options(("Normalize", Bool)), Join);

    private static readonly Gen<string> Grouped = Gen.Select(
        Scores,
        Options(
            ("Groups", Int), ("TopGroups", Int), ("PicksPerGroup", Int), ("GroupValue", Value), ("MaskByZero", Bool),
            ("LogitCap", Double), ("ExpertScale", Bool), ("WeighInput", Bool), ("SkipZero", Bool), ("Sinkhorn", Bool)),
        Join);

    private static readonly Gen<string> Experts =
        Gen.Select(
            Kind, Int, Options(("Hidden", Int)), Glu, (kind, count, options, glu) => $"Experts<{kind}>({Join(count, Join(options, glu))})");

    private static readonly Gen<string> Gate = Gen.OneOf<string>(
        Grouped.Select(options => $"SoftmaxGate({options})"),
        Grouped.Select(options => $"SigmoidGate({options})"),
        Grouped.Select(options => $"SqrtSoftplusGate({options})"),
        Gen.Select(Scores, Options(("Temperature", Double), ("LearnTemperature", Bool)), (a, b) => $"CosineGate({Join(a, b)})"),
        Gen.Select(Scores, Options(("Noise", Double)), (a, b) => $"PerturbedCosineGate({Join(a, b)})"),
        Gen.Select(Int, Scores, (a, b) => $"XMoeGate({Join(a, b)})"),
        Gen.Select(Int, Scores, (a, b) => $"HyperGate({Join(a, b)})"),
        Picks.Select(options => $"NoisyTopKGate({options})"),
        Double.Select(target => $"ReluGate({target})"),
        Gen.Select(Picks, Options(("Reward", Double)), (a, b) => $"TernaryGate({Join(a, b)})"),
        Scores.Select(options => $"ResidualGate({options})"),
        Double.Select(factor => $"ExpertChoiceGate({factor})"),
        Options(
            ("TopK", Int), ("Seed", Int), ("Table", Bool), ("Vocabulary", Int), ("Learned", Bool), ("Scale", Double), ("InitStd", Double))
            .Select(options => $"HashGate({options})"),
        Gen.Select(Double, Options(("Normalize", Bool), ("Entropy", Double)), (a, b) => $"TopPGate({Join(a, b)})"),
        Options(("RouterBias", Bool), ("InitStd", Double)).Select(options => $"ThresholdGate({options})"),
        Gen.Select(Picks, Options(("Epsilon", Double)), (a, b) => $"SparseMixerGate({Join(a, b)})"),
        Int.Select(slots => $"SoftSlotsGate({slots})"),
        Gen.Select(Double, Scores, (a, b) => $"Mine.TemperedGate({Join(a, b)})"),
        Gen.Const("MissingGate"));

    private static readonly Gen<string> Update =
        Gen.OneOf("BiasUpdate.Sign", "BiasUpdate.Proportional", "BiasUpdate.Quantile", "(BiasUpdate)7");

    private static readonly Gen<string> Bias = Gen.Select(
        Double,
        Options(("Update", Update), ("Centered", Bool), ("FeedForwardOnly", Bool), ("FreezeAfter", Int)),
        (rate, options) => $"BiasBalance({Join(rate, options)})");

    private static readonly Gen<string> Loss = Gen.Select(
        Gen.OneOf(
            "SwitchBalance", "GlobalBatchBalance", "SequenceBalance", "Top1Balance", "EntropyBalance", "ImportanceBalance", "LoadBalance",
            "RouterZLoss", "HeterogeneousBalance",
            "DiversityLoss", "Mine.Spread"),
        Double,
        (name, coefficient) => $"{name}({coefficient})");

    private static readonly Gen<string> OptionalLoss = Gen.OneOf<string>(
        Gen.Select(
            Double, Gen.OneOf("BalancePicks.Actual", "BalancePicks.Unbiased", "(BalancePicks)4"),
            (coefficient, picks) => $"SequenceBalance({coefficient}, Picks = {picks})"),
        Gen.Select(
            Double, Gen.OneOf("Over.Token", "Over.Sequence", "Over.Batch"),
            (coefficient, over) => $"EntropyBalance({coefficient}, Over = {over})"));

    private static readonly Gen<string> Term = Gen.Frequency((9, (IGen<string>)Loss), (2, Bias), (2, OptionalLoss));

    private static readonly Gen<string> Rest = Gen.OneOf<string>(
        Gen.Select(
            Kind, Int, Options(("Hidden", Int), ("Scale", Double), ("Gated", Bool), ("InRouterSum", Bool), ("Mixed", Bool)), Glu,
            (kind, count, options, glu) => $"SharedExperts<{kind}>({Join(count, Join(options, glu))})"),
        Gen.Select(Int, Options(("Norm", Bool)), (width, options) => $"LatentExperts({Join(width, options)})"),
        Gen.Select(Double, Options(("By", Gen.OneOf("CapacityBy.Probability", "(CapacityBy)5"))), (a, b) => $"Capacity({Join(a, b)})"),
        Double.Select(probability => $"ExpertDropout({probability})"),
        Gen.Select(
            Gen.OneOf("TopK", "Count", "Hidden", "Coefficient", "Scale", "Normalize", "Experts.Count", "Experts#2.Count",
                "Zero.Count", "Nothing", ".", "", "#"),
            Gen.OneOf<string>(Int, Double, Bool, Gen.OneOf(
                "null", "\"text\"", "Over.Batch", "(Over)9", "typeof(int)", "'c'", "new[] { 1 }")).Array[0, 3],
            (option, values) => $"Vary({string.Join(", ", values.Prepend($"\"{option}\""))})"));

    private static readonly Gen<string> Attributes = Gen.Select(
            Mostly(Experts.Array[1], Experts.Array[0, 3]), Mostly(Gate.Array[1], Gate.Array[0, 2]), Term.Array[0, 2],
            Rest.Array[0, 1])
        .Select(parts => string.Join(", ", [.. parts.Item1, .. parts.Item2, .. parts.Item3, .. parts.Item4]));

    private static readonly Gen<string> Blocks = Gen.OneOf(
        "0", "0-2", "0,3,5", "3-", "1-:2", "0-2, 4-:3", "2-0", "-1", "", "all", "0-2,1", "1-:0", "99999");

    /// <summary>Which blocks the layer is for; most name none.</summary>
    private static readonly Gen<string> Marker = Gen.Frequency(
        (8, (IGen<string>)Gen.Const("MoeLayer")), (1, Blocks.Select(blocks => $"MoeLayer(Blocks = \"{blocks}\")")));

    /// <summary>The class with {0} for its attributes and {1} for its name.</summary>
    private static readonly Gen<string> Class = Mostly(
        Gen.Const("{0} public sealed partial class {1};"),
        Gen.OneOf(
            "{0} internal class {1};",
            "{0} static partial class {1};",
            "{0} abstract partial class {1};",
            "{0} partial record {1};",
            "{0} partial struct {1};",
            "{0} file partial class {1};",
            "{0} partial class {1}<T>;",
            "{0} partial class {1} : System.Exception;",
            "{0} partial class {1}(int i) {{ int I => i; }}",
            "{0} partial class {1} {{ void forward() {{ }} }}",
            "{0} partial class {1} {{ int router_ED; }}",
            "{0} partial class {1} {{ int Tensor => 1; }}",
            "{0} partial class {1} {{ [MoeLayer(Blocks = \"0-2\"), Experts<SwiGlu>(4), HashGate] internal partial class First; }}",
            "[MoeLayer, Experts<SwiGlu>(8), ResidualGate] partial class In{1} {{ {0} internal partial class {1}; }}",
            "[MoeLayer(Blocks = \"3-\"), Experts<Relu>(4), HashGate] partial class In{1} {{ {0} partial class {1}; }}",
            "partial interface In{1} {{ {0} private partial class {1}; }}",
            "class In{1} {{ {0} private partial class {1}; }}",
            "partial class In{1}<T> {{ {0} private partial class {1}; }}"));

    private static readonly Gen<string[]> Layers = Gen.Select(Class, Marker, Attributes).Array[LayersPerCompilation].Select(layers =>
        layers.Select((layer, i) => string.Format(
            null, layer.Item1, $"[{layer.Item2}{(layer.Item3.Length > 0 ? ", " : string.Empty)}{layer.Item3}]", $"Layer{i}")).ToArray());

    [Fact]
    public void No_declaration_crashes_the_generator_or_makes_it_emit_what_does_not_compile() => Examine(Seed, times: 1);

    [Fact, Trait("Category", "Campaign")]
    public void None_of_thousands_of_declarations_crashes_the_generator_or_makes_it_emit_what_does_not_compile() =>
        Examine(seed: null, times: 10);

    private static void Examine(string? seed, int times)
    {
        var (right, reported) = (0, new HashSet<string>());
        // CsCheck's seed decides the first draw, so that is several compilations.
        Layers.Array[Compilations].Sample(
            several => Array.ForEach(several, layers =>
            {
                var run = GeneratorRun.Of(TestSource.Of(string.Join('\n', layers)), CustomSource.Parts);

                Assert.DoesNotContain(run.CompilerErrors, error => !IsExpected(error, run));
                reported.UnionWith(run.Ids);
                right += run.Result.GeneratedSources.Count(
                    file => !file.SourceText.ToString().Contains("Stands in", StringComparison.Ordinal));
            }),
            seed: seed,
            iter: times,
            threads: 1);

        // The draw is worth something only where it has right declarations as well as many kinds of wrong ones.
        Assert.True(right > 100, $"{right} right declarations");
        Assert.True(reported.Count > 20, $"{reported.Count} kinds of errors: {string.Join(", ", reported.Order())}");
    }

    /// <summary>C#'s own errors are expected in the source, and none at all in what is generated.</summary>
    private static bool IsExpected(Diagnostic error, GeneratorRun run) =>
        error.Location.SourceTree is { } tree && run.Input.SyntaxTrees.Contains(tree) && CompilersOwn.Contains(error.Id);

    private static Gen<T> Mostly<T>(Gen<T> usual, Gen<T> odd) => Gen.Frequency((7, (IGen<T>)usual), (1, odd));

    private static Gen<string> Options(params (string Name, Gen<string> Value)[] options) => options
        .Select(option => Gen.Select(Gen.Int[0, 4], option.Value, (draw, value) => draw == 0 ? $"{option.Name} = {value}" : string.Empty))
        .Aggregate(Gen.Const(string.Empty), (all, next) => Gen.Select(all, next, Join));

    private static string Join(string left, string right) => left.Length > 0 && right.Length > 0 ? $"{left}, {right}" : left + right;
}
