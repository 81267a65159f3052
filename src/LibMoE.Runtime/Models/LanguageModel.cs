using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A decoder-only language model of the Llama family whose FFNs are dense or mixtures.</summary>
public sealed class LanguageModel : nn.Module<Tensor, MoeContext, LanguageModelOutput>
{
    private LanguageModel(ModelConfig config, MoeVariant? variant)
        : base(nameof(LanguageModel)) => (Config, Variant) = (config, variant);

    /// <summary>The backbone.</summary>
    public ModelConfig Config { get; }

    /// <summary>The mixture in the MoE blocks; null for a dense model.</summary>
    public MoeVariant? Variant { get; }

    /// <summary>The variant's name, or <c>Dense</c>.</summary>
    public string Name => Variant?.Name ?? "Dense";

    /// <summary>The MoE layers, in the order of the blocks.</summary>
    public IReadOnlyList<MoeLayer> MoeLayers { get; } = [];

    /// <summary>Makes a model with its initial parameters. The same config and seed give the same backbone whatever the variant.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="variant">The mixture in the MoE blocks; null makes a dense model.</param>
    /// <param name="seed">The seed of the initial parameters.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="compute">The type of the expert matmuls; null takes <paramref name="dtype"/>.</param>
    /// <param name="device">Where the parameters live; null is the CPU.</param>
    /// <exception cref="ConfigurationException">The configuration has problems.</exception>
    public static LanguageModel Create(
        ModelConfig config,
        MoeVariant? variant = null,
        long seed = 0,
        ScalarType dtype = ScalarType.Float32,
        ScalarType? compute = null,
        Device? device = null)
    {
        ConfigurationException.ThrowIfAny(config.Problems());
        _ = (seed, dtype, compute, device);
        return new LanguageModel(config, variant);
    }

    /// <summary>Predicts the next tokens without a mask or any other context.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64.</param>
    public LanguageModelOutput forward(Tensor ids_SL) => forward(ids_SL, MoeContext.None);

    /// <inheritdoc />
    public override LanguageModelOutput forward(Tensor ids_SL, MoeContext context) => throw new NotImplementedException();
}
