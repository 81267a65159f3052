using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Upcycling;

/// <summary>Fills one mixture's experts with the dense FFN that stood in its place.</summary>
/// <param name="plan">Groups and factors.</param>
/// <param name="options">Noise, new units, seed.</param>
/// <param name="prefix">The layer's place: <c>blocks.3.ffn.</c></param>
internal sealed class ExpertCopier(UpcyclingPlan plan, UpcyclingOptions options, string prefix)
{
    /// <summary>Copies, and says what went where.</summary>
    public IReadOnlyList<string> Copy(Dictionary<string, Tensor> dense, Dictionary<string, Tensor> mixture)
    {
        using var scope = NewDisposeScope();
        var gated = dense.ContainsKey(prefix + "gate_up");
        var up_DH = dense[prefix + (gated ? "gate_up" : "up")];
        var down_HD = dense[prefix + "down"];
        var report = new List<string>();
        foreach (var group in plan.Groups)
        {
            CopyGroup(mixture, group, gated, up_DH, down_HD);
            CopyBiases(dense, mixture, group, gated);
            report.Add(
                $"{prefix}{(gated ? "gate_up" : "up")} and down: to {group.Count} experts{Pieces()}{Times(plan.RoutedFactor)}{Changes()}");
        }

        if (mixture.TryGetValue(prefix + "shared.down", out var shared_HD))
        {
            mixture[prefix + (gated ? "shared.gate_up" : "shared.up")].copy_(up_DH);
            shared_HD.copy_(down_HD.Times(plan.SharedFactor));
            if (mixture.TryGetValue(prefix + "shared.gate", out var gate_D))
            {
                gate_D.zero_();
            }

            if (mixture.TryGetValue(prefix + "shared.mix", out var mix_D2))
            {
                mix_D2.zero_();
                mixture[prefix + "shared.mix_bias"].zero_();
            }

            CopySharedBiases(dense, mixture);
            report.Add($"{prefix}{(gated ? "gate_up" : "up")} and down: to the shared experts{Times(plan.SharedFactor)}");
        }

        AlignRouter(mixture);
        return report;
    }

    private string Pieces() => plan.Split > 1 ? $", each one of {plan.Split} pieces" : "";

    private static string Times(double factor) => factor == 1 ? "" : FormattableString.Invariant($", down times {factor}");

    private string Changes() =>
        (options.DropFraction > 0 ? FormattableString.Invariant($", {options.DropFraction} of the hidden units redrawn") : "")
        + (options.Noise > 0 ? FormattableString.Invariant($", noise of {options.Noise} of the deviation") : "");

    private void CopyGroup(Dictionary<string, Tensor> mixture, UpcycledGroup group, bool gated, Tensor up_DH, Tensor down_HD)
    {
        var ups_FDH = mixture[prefix + group.Prefix + (gated ? "gate_up" : "up")];
        var downs_FHD = mixture[prefix + group.Prefix + "down"];
        for (var expert = 0; expert < group.Count; expert++)
        {
            using var scope = NewDisposeScope();
            var piece = (group.First + expert) % plan.Split;
            var up = Piece(up_DH, 1, piece, gated);
            var down = Piece(down_HD, 0, piece, gated: false);
            Redraw(up, down, gated, group.First + expert);
            ups_FDH[expert].copy_(Shaken(up, $"{group.Prefix}{expert}.up"));
            downs_FHD[expert].copy_(Shaken(down, $"{group.Prefix}{expert}.down").Times(plan.RoutedFactor));
        }
    }

    private void CopyBiases(Dictionary<string, Tensor> dense, Dictionary<string, Tensor> mixture, UpcycledGroup group, bool gated)
    {
        var hasDense = dense.TryGetValue(prefix + "up_bias", out var up_H);
        var hasExperts = mixture.TryGetValue(prefix + group.Prefix + "up_bias", out var ups_FH);
        if (hasDense != hasExperts)
        {
            throw new ConfigurationException(hasDense
                ? "The dense model's FFN has biases; declare the experts with Bias = true."
                : "The experts are declared with Bias = true, but the dense model's FFN has none.");
        }

        for (var expert = 0; hasDense && expert < group.Count; expert++)
        {
            ups_FH![expert].copy_(Piece(up_H!, 0, (group.First + expert) % plan.Split, gated));

            // Each of the pieces of one FFN brings its share of the output bias.
            mixture[prefix + group.Prefix + "down_bias"][expert].copy_(dense[prefix + "down_bias"].Times(plan.RoutedFactor / plan.Split));
        }
    }

    /// <summary>Shared experts without biases leave those of the dense FFN out, which the plan counts among its departures.</summary>
    private void CopySharedBiases(Dictionary<string, Tensor> dense, Dictionary<string, Tensor> mixture)
    {
        if (!mixture.TryGetValue(prefix + "shared.up_bias", out var shared_H))
        {
            return;
        }

        if (!dense.TryGetValue(prefix + "up_bias", out var up_H))
        {
            throw new ConfigurationException("The shared experts are declared with Bias = true, but the dense model's FFN has none.");
        }

        shared_H.copy_(up_H);
        mixture[prefix + "shared.down_bias"].copy_(dense[prefix + "down_bias"].Times(plan.SharedFactor));
    }

    /// <summary>A copy of the hidden units of one piece: of both halves where gate and up projection share a matrix.</summary>
    private Tensor Piece(Tensor tensor, int dim, int piece, bool gated)
    {
        if (plan.Split == 1)
        {
            return tensor.clone();
        }

        if (!gated)
        {
            return tensor.chunk(plan.Split, dim)[piece].clone();
        }

        var halves = tensor.chunk(2, dim);
        return cat([halves[0].chunk(plan.Split, dim)[piece], halves[1].chunk(plan.Split, dim)[piece]], dim);
    }

    /// <summary>Redraws a share of the hidden units, in place.</summary>
    private void Redraw(Tensor up_DH, Tensor down_HD, bool gated, int expert)
    {
        var hidden = down_HD.shape[0];
        var count = (long)Math.Round(options.DropFraction * hidden);
        if (count == 0)
        {
            return;
        }

        using var generator = ParameterSpec.Generator(options.Seed, $"{prefix}experts.{expert}.units");
        var units = randperm(hidden, generator: generator).narrow(0, 0, count);
        Renew(up_DH, 1, units, generator);
        if (gated)
        {
            Renew(up_DH, 1, units.Plus(hidden), generator);
        }

        Renew(down_HD, 0, units, generator);
    }

    private static void Renew(Tensor matrix, int dim, Tensor units, Generator generator)
    {
        var old = matrix.index_select(dim, units).to(ScalarType.Float64);
        var drawn = empty(old.shape).normal_(old.mean().item<double>(), old.std(unbiased: false).item<double>(), generator);
        matrix.index_copy_(dim, units, drawn.to(matrix.dtype));
    }

    private Tensor Shaken(Tensor matrix, string name)
    {
        if (options.Noise == 0)
        {
            return matrix;
        }

        var std = options.Noise * matrix.to(ScalarType.Float64).std(unbiased: false).item<double>();
        using var generator = ParameterSpec.Generator(options.Seed, prefix + name + ".noise");
        var noise = empty(matrix.shape).normal_(0, std, generator);
        return matrix.Plus(noise.to(matrix.dtype));
    }

    /// <summary>Pieces of one replica start with the same router row, so that they are picked together.</summary>
    private void AlignRouter(Dictionary<string, Tensor> mixture)
    {
        if (plan.Split > 1 && mixture.TryGetValue(prefix + "router.weight", out var router_ED))
        {
            var rows_FD = router_ED.narrow(0, 0, plan.Experts);
            var rows_RGD = rows_FD.reshape(-1, plan.Split, rows_FD.shape[1]);
            rows_FD.copy_(rows_RGD.narrow(1, 0, 1).expand(-1, plan.Split, -1).reshape(rows_FD.shape).clone());
        }
    }
}
