using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Merging;

/// <summary>Makes one block's dense FFN of its experts.</summary>
/// <param name="kind">How.</param>
/// <param name="share_E">c_e of each expert.</param>
/// <param name="kept">N, how many stand side by side.</param>
/// <param name="sharedScale">The declared factor on the shared experts' output.</param>
internal sealed class ExpertMerger(MergeKind kind, double[] share_E, int kept, double sharedScale)
{
    /// <summary>The FFN's parameters by their names, <c>up</c> or <c>gate_up</c> [D, H or 2H], <c>down</c> [H, D], <c>up_bias</c>,
    /// <c>down_bias</c>; in the caller's dispose scope.</summary>
    /// <param name="layer">The MoE layer's state dict.</param>
    public Dictionary<string, Tensor> Merge(Dictionary<string, Tensor> layer)
    {
        var gated = layer.ContainsKey("experts.gate_up");
        var up = gated ? "gate_up" : "up";
        var factors = Factors();
        List<Tensor> upParts = [.. factors.Select(one => layer[$"experts.{up}"][one.Expert])];
        List<Tensor> downParts = [.. factors.Select(one => layer["experts.down"][one.Expert].Times(one.Factor))];
        (upParts, downParts) = kind == MergeKind.Average ? ([Mean(upParts, factors)], [Sum(downParts)]) : (upParts, downParts);
        var merged = new Dictionary<string, Tensor>();
        List<Tensor> upBiases = [], downBiases = [];
        if (layer.TryGetValue("experts.up_bias", out var upBias_EH))
        {
            List<Tensor> biases = [.. factors.Select(one => upBias_EH[one.Expert])];
            upBiases = kind == MergeKind.Average ? [Mean(biases, factors)] : biases;
            downBiases = [.. factors.Select(one => layer["experts.down_bias"][one.Expert].Times(one.Factor))];
        }

        if (layer.TryGetValue("shared.down", out var shared_HD))
        {
            upParts = [.. upParts, layer[$"shared.{up}"]];
            downParts = [.. downParts, shared_HD.Times(sharedScale)];
            if (layer.TryGetValue("shared.up_bias", out var sharedBias_H))
            {
                upBiases.Add(sharedBias_H);
                downBiases.Add(layer["shared.down_bias"].Times(sharedScale));
            }
        }

        merged[up] = SideBySide(upParts, gated);
        merged["down"] = cat(downParts, 0);
        if (upBiases.Count > 0)
        {
            merged["up_bias"] = SideBySide(upBiases, gated);
            merged["down_bias"] = Sum(downBiases);
        }

        return merged;
    }

    /// <summary>The experts that go in, with the factor on their outputs.</summary>
    public IReadOnlyList<(int Expert, double Factor)> Factors()
    {
        var whole = share_E.Sum();
        List<(int Expert, double Share)> taken = [.. share_E.Index().OrderByDescending(one => one.Item).ThenBy(one => one.Index)
            .Take(kind == MergeKind.Average ? share_E.Length : kept).Select(one => (one.Index, one.Item))];
        var sum = taken.Sum(one => one.Share);
        return [.. taken.Select(one => (one.Expert, sum > 0 ? one.Share * whole / sum : 0))];
    }

    private static Tensor Mean(List<Tensor> parts, IReadOnlyList<(int Expert, double Factor)> factors)
    {
        var whole = factors.Sum(one => one.Factor);
        return Sum([.. parts.Zip(factors, (part, one) => part.Times(one.Factor / whole))]);
    }

    private static Tensor Sum(List<Tensor> parts) => parts.Aggregate((sum, part) => sum.Plus(part));

    /// <summary>Hidden units one after the other along the last dimension: of both halves where gate and up projection share a
    /// matrix.</summary>
    private static Tensor SideBySide(List<Tensor> parts, bool gated) => !gated
        ? cat(parts, -1)
        : cat([.. parts.Select(part => part.chunk(2, -1)[0]), .. parts.Select(part => part.chunk(2, -1)[1])], -1);
}
