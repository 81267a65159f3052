using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[HyperGate]</c>: the router is made by a frozen hyper-network from a learned embedding.</summary>
internal sealed class HyperGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override IEnumerable<Constant> Constants(LayerModel layer) => [TopK(layer), Embedding(layer), Hidden(layer)];

    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        var (embedding, hidden) = (Embedding(layer).In(layer), Hidden(layer).In(layer));
        return
        [
            new("router.embedding", "embedding_M", embedding, "Std: 1.0") { Router = true },
            new("router.hyper_in.weight", "hyperIn_BM", $"{hidden}, {embedding}", Std(layer)) { Router = true, Frozen = true },
            new("router.hyper_in.bias", "hyperInBias_B", hidden, "") { Router = true, Frozen = true },
            new("router.hyper_out.weight", "hyperOut_GB", $"E * (D + 1), {hidden}", Std(layer)) { Router = true, Frozen = true },
            new("router.hyper_out.bias", "hyperOutBias_G", "E * (D + 1)", "") { Router = true, Frozen = true },
        ];
    }

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer) => "[W | b] = A₂·relu(A₁·e + b₁) + b₂,  l = x·Wᵀ + b";

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input) =>
        writer.Line($"var logits_TE = RouterLogits.Hyper({input}, embedding_M, hyperIn_BM, hyperInBias_B, hyperOut_GB, hyperOutBias_G);");

    private static Constant Embedding(LayerModel layer) => Constant.Of("M", layer.Gate.Part.Int("Embedding"));

    private static Constant Hidden(LayerModel layer) => new("B", Embedding(layer).In(layer) + " / 4");
}
