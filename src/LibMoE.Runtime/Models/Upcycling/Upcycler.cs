using LibMoE.Runtime.Models;
using LibMoE.Runtime.Models.Upcycling;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Sparse upcycling (Komatsuzaki et al. 2023): a dense model becomes a mixture whose experts start as copies of its FFN.
/// </summary>
public static class Upcycler
{
    /// <summary>Makes the mixture.</summary>
    /// <param name="dense">A dense model; it is not changed.</param>
    /// <param name="variant">The layer that takes the FFNs' place.</param>
    /// <param name="options">How; the defaults copy exactly.</param>
    /// <param name="calibration_SL">Token ids that routers are clustered on, int64 [S, L]; needed for
    /// <see cref="RouterStart.Clusters"/> only.</param>
    /// <exception cref="ConfigurationException">The layer cannot hold the dense FFN.</exception>
    public static UpcycledModel Upcycle(
        LanguageModel dense, MoeVariant variant, UpcyclingOptions? options = null, Tensor? calibration_SL = null)
    {
        options ??= new UpcyclingOptions();
        if (dense.Variant is not null)
        {
            throw new ConfigurationException($"Only a dense model can be upcycled; this one is the mixture {dense.Name}.");
        }

        if (options.Router == RouterStart.Clusters && calibration_SL is null)
        {
            throw new ConfigurationException("Upcycling:Router is Clusters, which needs calibration text.");
        }

        var plans = new UpcyclingPlans(FeedForwardShape.Of(dense.Config), variant.Declaration, options);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var source = dense.state_dict();
        var type = source["embedding.weight"].dtype;
        var mixture = LanguageModel.Create(
            dense.Config with { MoeBlocks = options.Blocks?.Distinct().Order().ToList() }, variant, options.Seed, type);
        var report = new List<string>();
        var target = mixture.state_dict();
        foreach (var (name, tensor) in target.Where(entry => source.ContainsKey(entry.Key)))
        {
            tensor.copy_(source[name]);
        }

        report.Add($"kept: {target.Count(entry => source.ContainsKey(entry.Key))} tensors as they are");
        if (options.RouterStd is { } std)
        {
            ScaleRouters(mixture, variant.Declaration, std);
        }

        for (var block = 0; block < dense.Config.Layers; block++)
        {
            if (mixture.Config.IsMoeBlock(block))
            {
                var plan = plans.Of(variant.Declaration.In(block)!);
                report.AddRange(new ExpertCopier(plan, options, $"blocks.{block}.ffn.").Copy(source, target));
            }
        }

        if (options.Router == RouterStart.Clusters)
        {
            RouterClusters.Start(mixture, calibration_SL!, plans, options.Seed);
        }

        report.Add(RouterLine(variant.Declaration, options));
        report.Add(plans.Departures.Count == 0
            ? "start: computes what the dense model did"
            : $"start: not at the dense model's loss, because of {string.Join(", and ", plans.Departures)}");
        return new UpcycledModel(mixture, report, plans.Departures.Count == 0);
    }

    private static string RouterLine(MoeDeclaration declaration, UpcyclingOptions options)
    {
        var std = options.RouterStd ?? (declaration.Gate as RouterGateAttribute)?.InitStd;
        return std is null ? "routers: as declared"
            : options.Router == RouterStart.Clusters
                ? FormattableString.Invariant($"routers: centres of clusters of the FFNs' inputs, as long as rows of N(0, {std})")
                : FormattableString.Invariant($"routers: N(0, {std})");
    }

    /// <summary>N(0, InitStd) becomes N(0, std).</summary>
    private static void ScaleRouters(LanguageModel mixture, MoeDeclaration declaration, double std)
    {
        var scaled = 0;
        foreach (var layer in mixture.MoeLayers)
        {
            if (layer.Declaration.Gate is RouterGateAttribute { InitStd: var declared and not 0 }
                && layer.state_dict().TryGetValue("router.weight", out var router_ED))
            {
                router_ED.Scale(std / declared);
                scaled++;
            }
        }

        if (scaled == 0)
        {
            throw new ConfigurationException(
                $"Upcycling:RouterStd is set, but {declaration.Name}'s router has no weights that start at random.");
        }
    }
}

/// <summary>What upcycling made.</summary>
/// <param name="Model">The mixture; the caller disposes it.</param>
/// <param name="Report">What went where, one line each.</param>
/// <param name="Exact">Whether it computes what the dense model did, whatever its routers say.</param>
public sealed record UpcycledModel(LanguageModel Model, IReadOnlyList<string> Report, bool Exact);
