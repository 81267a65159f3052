using LibMoE.Runtime.Models;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Turns the features of an image encoder into vectors of a language model, by a dense FFN with biases or by a mixture of such
/// FFNs.</summary>
/// <remarks>State-dict names: under <c>ffn.</c> the mixture's own names, or <c>up [W,H]</c>, <c>down [H,O]</c>, <c>up_bias [H]</c>,
/// <c>down_bias [O]</c>.</remarks>
public sealed class Connector : nn.Module<Tensor, MoeContext, VisionOutput>
{
    private const string Place = "connector.ffn.";

    [ComponentName(Name = "ffn")]
    private readonly nn.Module _feedForward;

    private Connector(ConnectorConfig config, MoeVariant? variant, MoeShape init)
        : base(nameof(Connector))
    {
        (Config, Variant) = (config, variant);
        var shape = FeedForwardShape.Of(config);
        _feedForward = variant is null
            ? new DenseFeedForward(config.Activation, new ParameterSource(shape.Table(Place), init), Place)
            : variant.Create(init with { Prefix = Place });
        MoeLayers = _feedForward is MoeLayer mixture ? [mixture] : [];
        if (config.RouterStd is { } std && MoeLayers is [var layer])
        {
            InitialRouter.Scale(layer, std);
        }

        RegisterComponents();
    }

    /// <summary>The widths.</summary>
    public ConnectorConfig Config { get; }

    /// <summary>The mixture in the FFN's place; null for a dense connector.</summary>
    public MoeVariant? Variant { get; }

    /// <summary>The mixture, or none.</summary>
    public IReadOnlyList<MoeLayer> MoeLayers { get; }

    /// <summary>Makes a connector with its initial parameters.</summary>
    /// <param name="config">The widths, all of them given.</param>
    /// <param name="variant">The mixture in the FFN's place; null makes a dense connector.</param>
    /// <param name="seed">The seed of the initial parameters.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="compute">The type of the expert matmuls; null takes <paramref name="dtype"/>.</param>
    /// <param name="device">Where the parameters live; null is the CPU.</param>
    /// <exception cref="ConfigurationException">The configuration has problems.</exception>
    public static Connector Create(
        ConnectorConfig config,
        MoeVariant? variant = null,
        long seed = 0,
        ScalarType dtype = ScalarType.Float32,
        ScalarType? compute = null,
        Device? device = null)
    {
        ConfigurationException.ThrowIfAny(
            [.. config.Problems(), .. BlockLayout.ProblemsOfOneLayer("a connector", variant?.Declaration)]);
        using var scope = NewDisposeScope();
        var init = FeedForwardShape.Of(config).Mixture(0) with { DType = dtype, Compute = compute, Device = device, Seed = seed };
        return new Connector(config, variant, init);
    }

    /// <summary>Turns features into vectors.</summary>
    /// <param name="features_INW">Features [I, N, W].</param>
    /// <param name="context">Passed on to the mixture: step, whether to compute losses, rerouting.</param>
    /// <returns>Vectors [I, N, O], and the routing of a mixture.</returns>
    public override VisionOutput forward(Tensor features_INW, MoeContext context)
    {
        if (_feedForward is DenseFeedForward dense)
        {
            return new VisionOutput(dense.forward(features_INW), []);
        }

        var passed = new MoeContext { Step = context.Step, Losses = context.Losses, Reroute = context.Reroute };
        var output = ((MoeLayer)_feedForward).call(features_INW, passed);
        return new VisionOutput(output.Hidden, [output.Routing]);
    }
}
