using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary><c>[HyperGate]</c>: the router is made by a frozen hyper-network from a learned embedding.</summary>
internal sealed class HyperGateWriter : TokenChoiceWriter
{
    /// <inheritdoc />
    public override IEnumerable<ParameterRow> Parameters(LayerModel layer)
    {
        var embedding = layer.Gate.Part.Int("Embedding");
        var hidden = embedding / 4;
        return
        [
            new("router.embedding", "embedding_M", $"{embedding}", "Std: 1.0") { Router = true },
            new("router.hyper_in.weight", "hyperInWeight", $"{hidden}, {embedding}", Std(layer)) { Router = true, Frozen = true },
            new("router.hyper_in.bias", "hyperInBias", $"{hidden}", "") { Router = true, Frozen = true },
            new("router.hyper_out.weight", "hyperOutWeight", $"E * (shape.Dim + 1), {hidden}", Std(layer)) { Router = true, Frozen = true },
            new("router.hyper_out.bias", "hyperOutBias", "E * (shape.Dim + 1)", "") { Router = true, Frozen = true },
        ];
    }

    /// <inheritdoc />
    protected override string LogitsFormula(LayerModel layer) => "[W | b] = H₂·relu(H₁·e + b₁) + b₂,  l = x·Wᵀ + b";

    /// <inheritdoc />
    protected override void WriteLogits(LayerModel layer, IndentedWriter writer, string input) =>
        writer.Line($"var logits_TE = RouterLogits.Hyper({input}, embedding_M, hyperInWeight, hyperInBias, hyperOutWeight, hyperOutBias);");
}
