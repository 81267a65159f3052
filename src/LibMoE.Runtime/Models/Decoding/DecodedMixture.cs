using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>A mixture of one token: y = Σ_{i∈I} w_i·f_i(x), and shared experts beside it.</summary>
/// <remarks>What it computes is what the emitted layer does (<see cref="DecodedGate"/> says for which declarations), but for hooks of the
/// layer, which do not run. No call of libtorch is made: of a small layer that is called as a module, these take most of the
/// time.</remarks>
internal sealed unsafe class DecodedMixture : IDisposable
{
    private readonly DecodedGate _gate;
    private readonly DecodedFeedForward _experts;
    private readonly DecodedFeedForward? _shared;
    private readonly float _sharedScale;
    private readonly int _dim;
    private readonly RentedBuffer _rows;

    private DecodedMixture(DecodedWeights weights, string prefix, MoeDeclaration declaration, DecodedGate gate)
    {
        (_gate, _dim) = (gate, weights.Config.Dim);
        _experts = new DecodedFeedForward(weights, prefix + "experts.", Enum.Parse<Activation>(declaration.Experts[0].Kind.Name));
        if (declaration.Shared is SharedExpertsAttribute shared)
        {
            _shared = new DecodedFeedForward(weights, prefix + "shared.", Enum.Parse<Activation>(shared.Kind.Name));
            _sharedScale = (float)shared.Scale;
        }

        _rows = new RentedBuffer((long)_dim * sizeof(float));
    }

    /// <summary>The mixture of a block; null where these kernels do not serve its declaration, and the layer is to be asked.</summary>
    /// <param name="weights">The model's.</param>
    /// <param name="block">Which block.</param>
    /// <param name="layer">Its layer.</param>
    public static DecodedMixture? Find(DecodedWeights weights, int block, MoeLayer layer)
    {
        var (prefix, declaration) = ($"blocks.{block}.ffn.", layer.Declaration);
        var served = DecodedGate.IsEmitted(layer)
            && declaration is { Experts: [var experts], Latent: null, Capacity: null, ExpertDropout: null }
            && IsPlain(experts)
            && (declaration.Shared is null || (IsPlain(declaration.Shared)
                && declaration.Shared is SharedExpertsAttribute { Gated: false, InRouterSum: false, Mixed: false }));
        return served && DecodedGate.Find(weights, prefix, declaration) is { } gate
            ? new DecodedMixture(weights, prefix, declaration, gate)
            : null;
    }

    /// <summary>Computes the mixture.</summary>
    public void Run(float* x_D, float* y_D)
    {
        new Span<float>(y_D, _dim).Clear();
        var part_D = (float*)_rows.Pointer;
        foreach (var (expert, weight) in _gate.Picks(x_D))
        {
            _experts.Run(x_D, part_D, expert, weight);
            Add(part_D, y_D);
        }

        if (_shared is not null)
        {
            _shared.Run(x_D, part_D, weight: _sharedScale);
            Add(part_D, y_D);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _gate.Dispose();
        _experts.Dispose();
        _shared?.Dispose();
        _rows.Dispose();
    }

    /// <summary>An FFN kind of the library without options.</summary>
    private static bool IsPlain(ExpertGroupAttribute group) =>
        group is { Limit: 0, Slope: 1, UpOffset: 0, ClampAfterActivation: false }
        && group.Kind.Assembly == typeof(SwiGlu).Assembly && Enum.TryParse<Activation>(group.Kind.Name, out _);

    private void Add(float* part_D, float* y_D)
    {
        for (var d = 0; d < _dim; d++)
        {
            y_D[d] += part_D[d];
        }
    }
}
