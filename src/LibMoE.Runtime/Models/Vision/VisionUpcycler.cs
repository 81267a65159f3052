using LibMoE.Runtime.Models;
using LibMoE.Runtime.Models.Upcycling;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Sparse upcycling (Komatsuzaki et al. 2023) of what sees: the FFNs of an image encoder, and a connector, become mixtures whose experts
/// start as copies of them, as CuMo (Li et al. 2024) and LibMoE do.
/// </summary>
public static class VisionUpcycler
{
    /// <summary>Makes an encoder of mixtures.</summary>
    /// <param name="dense">A dense encoder; it is not changed.</param>
    /// <param name="variant">The layer that takes the FFNs' place; its experts need the dense FFNs' activation, and <c>Bias =
    /// true</c>.</param>
    /// <param name="options">How; the defaults copy exactly.</param>
    /// <returns>The encoder, which the caller disposes, and what went where.</returns>
    /// <exception cref="ConfigurationException">The layer cannot hold the dense FFN.</exception>
    public static UpcycledPart<VisionEncoder> Upcycle(VisionEncoder dense, MoeVariant variant, UpcyclingOptions? options = null)
    {
        options ??= new UpcyclingOptions();
        Require(dense.Variant, "encoder", options);
        var plans = new UpcyclingPlans(FeedForwardShape.Of(dense.Config), variant.Declaration, options);
        var config = dense.Config with
        {
            MoeBlocks = options.Blocks?.Distinct().Order().ToList(),
            RouterStd = options.RouterStd ?? dense.Config.RouterStd,
        };
        var like = dense.parameters().First();
        var mixture = VisionEncoder.Create(config, variant, options.Seed, like.dtype, device: like.device);
        var places = Enumerable.Range(0, config.Layers).Where(mixture.Config.IsMoeBlock)
            .Select(block => ($"blocks.{block}.ffn.", variant.Declaration.In(block)!));
        return new(mixture, Fill(dense, mixture, plans, options, places), plans.Departures.Count == 0);
    }

    /// <summary>Makes a connector of a mixture.</summary>
    /// <param name="dense">A dense connector; it is not changed.</param>
    /// <param name="variant">The layer that takes its place; its experts need its activation, and <c>Bias = true</c>.</param>
    /// <param name="options">How; the defaults copy exactly. It has no blocks.</param>
    /// <returns>The connector, which the caller disposes, and what went where.</returns>
    /// <exception cref="ConfigurationException">The layer cannot hold the dense connector.</exception>
    public static UpcycledPart<Connector> Upcycle(Connector dense, MoeVariant variant, UpcyclingOptions? options = null)
    {
        options = (options ?? new UpcyclingOptions()) with { Blocks = null };
        Require(dense.Variant, "connector", options);
        var plans = new UpcyclingPlans(FeedForwardShape.Of(dense.Config), variant.Declaration, options);
        var config = dense.Config with { RouterStd = options.RouterStd ?? dense.Config.RouterStd };
        var like = dense.parameters().First();
        var mixture = Connector.Create(config, variant, options.Seed, like.dtype, device: like.device);
        return new(mixture, Fill(dense, mixture, plans, options, [("ffn.", variant.Declaration)]), plans.Departures.Count == 0);
    }

    private static void Require(MoeVariant? variant, string part, UpcyclingOptions options)
    {
        if (variant is not null)
        {
            throw new ConfigurationException($"Only a dense {part} can be upcycled; this one is the mixture {variant.Name}.");
        }

        if (options.Router == RouterStart.Clusters)
        {
            throw new ConfigurationException("Upcycling:Router is Clusters, which needs calibration text; of what sees it must be Normal.");
        }
    }

    private static List<string> Fill(
        nn.Module dense, nn.Module mixture, UpcyclingPlans plans, UpcyclingOptions options,
        IEnumerable<(string Prefix, MoeDeclaration Layer)> places)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (source, target) = (dense.state_dict(), mixture.state_dict());
        var kept = target.Where(entry => source.ContainsKey(entry.Key)).ToList();
        foreach (var (name, tensor) in kept)
        {
            tensor.copy_(source[name]);
        }

        return
        [
            $"kept: {kept.Count} tensors as they are",
            .. places.SelectMany(place => new ExpertCopier(plans.Of(place.Layer), options, place.Prefix).Copy(source, target)),
            plans.Departures.Count == 0
                ? "start: computes what the dense part did"
                : $"start: not at the dense part's output, because of {string.Join(", and ", plans.Departures)}",
        ];
    }
}

/// <summary>What upcycling made of a part of a model.</summary>
/// <typeparam name="TPart">The part.</typeparam>
/// <param name="Part">The mixture; the caller disposes it.</param>
/// <param name="Report">What went where, one line each.</param>
/// <param name="Exact">Whether it computes what the dense part did, whatever its routers say.</param>
public sealed record UpcycledPart<TPart>(TPart Part, IReadOnlyList<string> Report, bool Exact)
    where TPart : nn.Module;
