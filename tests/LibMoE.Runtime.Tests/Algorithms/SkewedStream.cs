using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Algorithms;

/// <summary>Batches of tokens from clusters whose frequencies fall as 1/rank, so that a router that follows them
/// overloads some experts.</summary>
internal sealed class SkewedStream : IDisposable
{
    private readonly Generator _generator;
    private readonly Tensor _centres_CD;
    private readonly Tensor _frequencies_C;

    public SkewedStream(long dim, int clusters, ulong seed)
    {
        _generator = new Generator(seed);
        _centres_CD = randn([clusters, dim], generator: _generator).DetachFromDisposeScope();
        _frequencies_C = (1 / arange(1, clusters + 1, ScalarType.Float64)).DetachFromDisposeScope();
    }

    /// <summary>Tokens [T, D], in the caller's dispose scope.</summary>
    public Tensor Next(long tokens)
    {
        var which_T = multinomial(_frequencies_C, tokens, replacement: true, generator: _generator);
        return _centres_CD.index_select(0, which_T) + randn([tokens, _centres_CD.shape[1]], generator: _generator) * 0.5;
    }

    public void Dispose()
    {
        _centres_CD.Dispose();
        _frequencies_C.Dispose();
        _generator.Dispose();
    }
}
