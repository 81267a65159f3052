using System.Globalization;
using LibMoE.Runtime.Models.Merging;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Makes a dense model of a mixture: its routed experts are merged by how much they give (OneS, Xue et al. 2022, gathers knowledge by a sum
/// or a mean of experts), shared experts stay as they are. What is lost thereby, distillation from the mixture has to bring back.
/// </summary>
public static class Merger
{
    /// <summary>Makes the dense model.</summary>
    /// <param name="mixture">A mixture; it is not changed.</param>
    /// <param name="kind">How experts become one FFN.</param>
    /// <param name="text_SL">Token ids on which is seen what each expert gives, int64 [S, L].</param>
    /// <param name="experts">N of <see cref="MergeKind.Concatenate"/>; null takes as many as a token picks.</param>
    /// <exception cref="ConfigurationException">The model is dense, or its experts cannot be one FFN.</exception>
    public static MergedModel Merge(LanguageModel mixture, MergeKind kind, Tensor text_SL, int? experts = null)
    {
        if (mixture.Variant is null)
        {
            throw new ConfigurationException("Only a mixture can be merged; this model is dense.");
        }

        var problems = mixture.MoeLayers.Select(layer => layer.Declaration).Distinct()
            .SelectMany(declaration => MergePlan.Problems(mixture.Config, declaration)).Distinct().ToList();
        if (experts is { } asked && (asked < 1 || asked > mixture.MoeLayers.Min(layer => layer.Declaration.RoutableExperts)))
        {
            problems.Add($"Merging:Experts is {asked}; it must be from 1 to "
                + $"{mixture.MoeLayers.Min(layer => layer.Declaration.RoutableExperts)}, the experts of a layer.");
        }

        ConfigurationException.ThrowIfAny(problems);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        mixture.eval();
        var shares = ExpertShares.Of(mixture, text_SL);
        var report = new List<string>();
        var merged = new Dictionary<int, Dictionary<string, Tensor>>();
        foreach (var ((layer, share_E), block) in mixture.MoeLayers.Zip(shares).Zip(mixture.Config.MoeBlockNumbers))
        {
            var scale = (layer.Declaration.Shared as SharedExpertsAttribute)?.Scale ?? 1;
            var merger = new ExpertMerger(kind, share_E, experts ?? (int)Math.Ceiling(layer.Declaration.PicksPerToken ?? 1), scale);
            merged[block] = merger.Merge(layer.state_dict());
            report.Add(Line(block, kind, merger.Factors()));
        }

        var dense = LanguageModel.Create(Widened(mixture.Config, merged.Values), seed: 0, dtype: mixture.parameters().First().dtype);
        Fill(dense, mixture.state_dict(), merged);
        return new MergedModel(dense, report);
    }

    private static string Line(int block, MergeKind kind, IReadOnlyList<(int Expert, double Factor)> factors) =>
        string.Create(CultureInfo.InvariantCulture, $"blocks.{block}.ffn: {(kind == MergeKind.Average ? "mean of" : "side by side")} ")
            + string.Join(", ", factors.Select(one =>
                string.Create(CultureInfo.InvariantCulture, $"expert {one.Expert} times {one.Factor:0.000}")));

    /// <summary>Dense FFNs have one width in all blocks: the largest.</summary>
    private static ModelConfig Widened(ModelConfig config, IEnumerable<Dictionary<string, Tensor>> merged)
    {
        var widest = (int)merged.Max(ffn => ffn["down"].shape[0]);
        var isDenseSomewhere = config.MoeBlockNumbers.Count < config.Layers;
        return config with { MoeBlocks = null, Hidden = isDenseSomewhere ? Math.Max(config.Hidden, widest) : widest };
    }

    /// <summary>Hidden units that a narrower FFN has not are 0 in all that leads out of them: they give nothing and can learn.</summary>
    private static void Fill(LanguageModel dense, Dictionary<string, Tensor> mixture, Dictionary<int, Dictionary<string, Tensor>> merged)
    {
        foreach (var (name, target) in dense.state_dict())
        {
            var source = name.Split('.') is ["blocks", var number, "ffn", var part]
                && merged.TryGetValue(int.Parse(number, CultureInfo.InvariantCulture), out var ffn)
                ? ffn[part]
                : mixture[name];
            if (target.shape.SequenceEqual(source.shape))
            {
                target.copy_(source);
                continue;
            }

            Widen(target, source, gated: name.EndsWith("gate_up", StringComparison.Ordinal)
                || (name.EndsWith("up_bias", StringComparison.Ordinal) && dense.Config.Activation.IsGated()));
        }
    }

    private static void Widen(Tensor target, Tensor source, bool gated)
    {
        var (dim, halves) = (target.shape[0] == source.shape[0] && target.dim() == 2 ? 1 : 0, gated ? 2 : 1);
        var isOut = dim == 0 && target.dim() == 2;
        foreach (var (into, from) in target.chunk(halves, dim).Zip(source.chunk(halves, dim)))
        {
            into.narrow(dim, 0, from.shape[dim]).copy_(from);
            if (isOut)
            {
                into.narrow(dim, from.shape[dim], into.shape[dim] - from.shape[dim]).zero_();
            }
        }
    }
}

/// <summary>What merging made.</summary>
/// <param name="Model">The dense model; the caller disposes it.</param>
/// <param name="Report">What went where, one line each.</param>
public sealed record MergedModel(LanguageModel Model, IReadOnlyList<string> Report);
