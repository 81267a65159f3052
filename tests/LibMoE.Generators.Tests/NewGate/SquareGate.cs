namespace LibMoE.Generators.Tests.NewGate;

/// <summary>
/// A gate that the product does not have, s_e = l_e²/Σ_j l_j², as the list in docs/common-tasks.md says to add one: new files, and rows in
/// files that are there.
/// </summary>
internal static class SquareGate
{
    /// <summary>The new files, by path.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["src/LibMoE.Dsl/Gates/SquareGateAttribute.cs"] =
            """
            namespace LibMoE;

            /// <summary>s_e = l_e²/Σ_j l_j², l = x·Wᵀ; the K largest are picked.</summary>
            [AttributeUsage(AttributeTargets.Class, Inherited = false)]
            public sealed class SquareGateAttribute : TopKGateAttribute;
            """,
        ["src/LibMoE.Generators/Emission/Gates/SquareGateWriter.cs"] =
            """
            using LibMoE.Generators.Helpers;
            using LibMoE.Generators.Models;

            namespace LibMoE.Generators.Emission;

            /// <summary><c>[SquareGate]</c>: s_e = l_e²/Σ_j l_j².</summary>
            internal sealed class SquareGateWriter : TokenChoiceWriter
            {
                protected override string Scores => "SquareScores.Of(logits_TE)";

                protected override string ScoresFormula => "s_e = l_e²/Σ_j l_j²";

                protected override bool LogitsRankAsScores => false;

                public override IEnumerable<ParameterRow> Parameters(LayerModel layer) =>
                    [new("router.weight", "router_ED", "E, D", Std(layer)) { Router = true }, .. BiasRow(layer)];

                protected override string LogitsFormula(LayerModel layer) => "l = x·Wᵀ" + BiasTerm(layer);

                protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input) =>
                    writer.Line($"var logits_TE = RouterLogits.Linear({input}, router_ED{BiasArgument(layer)});");
            }
            """,
        ["src/LibMoE.Layers/Layers/Gates/SquareScores.cs"] =
            """
            using static TorchSharp.torch;

            namespace LibMoE.Runtime;

            /// <summary>Scores by squares.</summary>
            public static class SquareScores
            {
                /// <summary>s_e = l_e²/Σ_j l_j².</summary>
                public static Tensor Of(Tensor logits_TE) => logits_TE.square() / logits_TE.square().sum(-1, keepdim: true);
            }
            """,
    };

    /// <summary>The rows: file, a text that stands in it once, and what takes its place.</summary>
    public static IReadOnlyList<(string File, string Old, string New)> Rows { get; } =
    [
        (
            "src/LibMoE.Generators/Known/KnownGates.cs",
            "new(\"SoftmaxGate\", GateFacts.TokenChoice, RoutesTokensAlone: true),",
            "new(\"SoftmaxGate\", GateFacts.TokenChoice, RoutesTokensAlone: true), new(\"SquareGate\", GateFacts.TokenChoice, "
                + "RoutesTokensAlone: true),"),
        ("src/LibMoE.Generators/Known/EmittedNames.cs", "\"SoftSlots\",", "\"SoftSlots\", \"SquareScores\","),
        (
            "src/LibMoE.Generators/Emission/Gates/GateWriters.cs",
            "[\"SoftmaxGate\"] = new SoftmaxGateWriter(),",
            "[\"SoftmaxGate\"] = new SoftmaxGateWriter(), [\"SquareGate\"] = new SquareGateWriter(),"),
        (
            "src/LibMoE.Testing/Oracle/OracleTopK.cs",
            "SigmoidGateAttribute => logits.sigmoid(),",
            "SigmoidGateAttribute => logits.sigmoid(), "
                + "SquareGateAttribute => logits.pow(2) / logits.pow(2).sum(1, keepdim: true),"),
    ];

    /// <summary>A program that holds a layer with the gate to everything that the kit claims, and its facts to what was declared.</summary>
    public const string Program =
        """
        using LibMoE;
        using LibMoE.Runtime;
        using LibMoE.Runtime.Testing;
        using static TorchSharp.torch;

        var options = new KitOptions { Shapes = [new([7], 6, 5), new([2, 3], 6, 5) { Masked = true }] };
        Console.WriteLine(LayerKit.Check<SquareMoe>(options));
        var variant = MoeVariant.Of<SquareMoe>();
        var routing = variant.Create(new MoeShape(6, 5)).forward(randn(9, 6)).Routing;
        var squares_TE = routing.Logits!.square();
        var right = routing.Scores!.allclose(squares_TE / squares_TE.sum(-1, keepdim: true))
            && routing.Kind == variant.Declaration.Kind
            && variant.Declaration is { RoutesTokensAlone: true, PicksPerToken: 2, WeightSum: 1 }
            && BatchRule.Of(variant.Declaration).Kind == BatchKind.Together
            && variant.Declaration.FlopsPerToken(new MoeShape(6, 5)) == 2 * (4 * 6 + 2 * 2 * 6 * 5);
        Console.WriteLine(right ? "right" : "wrong");
        return right ? 0 : 1;

        [MoeLayer, Experts<Relu>(4), SquareGate(TopK = 2), SwitchBalance(0.1), RouterZLoss(0.1)]
        public sealed partial class SquareMoe;
        """;

    /// <summary>The program's project.</summary>
    public const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
          </PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="../src/LibMoE.Runtime/LibMoE.Runtime.csproj" />
            <ProjectReference Include="../src/LibMoE.Testing/LibMoE.Testing.csproj" />
            <ProjectReference Include="../src/LibMoE.Generators/LibMoE.Generators.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
          </ItemGroup>
        </Project>
        """;
}
