using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>Several different calls of one size, so that the routing changes from step to step.</summary>
internal sealed class LayerInputs
{
    private const int Variety = 12;

    private readonly Parameter[] _x;

    public LayerInputs(LayerSize size)
    {
        using var generator = new Generator(1);
        // A shift per call moves tokens between experts, as training does; independent draws alone would give nearly equal counts.
        _x =
        [
            .. Enumerable.Range(0, Variety).Select(_ => new Parameter(
                randn([size.Tokens, size.Dim], generator: generator) + 0.3 * randn([size.Dim], generator: generator))),
        ];
        Upstream_TD = randn([size.Tokens, size.Dim], generator: generator);
    }

    /// <summary>The gradient to the output.</summary>
    public Tensor Upstream_TD { get; }

    /// <summary>The tokens of a round.</summary>
    public Parameter Tokens(int round) => _x[round % Variety];
}
