using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>A tensor [sequences, heads, tokens, channels] in memory, in any order but that a token's channels stand side by side.</summary>
internal readonly unsafe struct HeadTensor
{
    private readonly float* _start;
    private readonly long _nextSequence;
    private readonly long _nextHead;
    private readonly int _nextToken;

    public HeadTensor(TorchLibrary torch, Tensor x_SALC)
    {
        var strides = x_SALC.stride();
        _start = (float*)torch.Pointer(x_SALC);
        (_nextSequence, _nextHead, _nextToken) = (strides[0], strides[1], checked((int)strides[2]));
    }

    /// <summary>The rows of a head.</summary>
    public Strided Of(int sequence, int head) => new(_start + sequence * _nextSequence + head * _nextHead, _nextToken, 1);

    /// <summary>The tensor, or a copy where its channels do not stand side by side.</summary>
    public static Tensor Readable(Tensor x_SALC) => x_SALC.stride(3) == 1 ? x_SALC : x_SALC.contiguous();

    /// <summary>A new tensor whose tokens lie as projections read and write them: [sequences, tokens, heads, channels].</summary>
    public static Tensor Empty(long sequences, long heads, long tokens, long channels) => empty_strided(
        [sequences, heads, tokens, channels], [tokens * heads * channels, channels, heads * channels, 1], ScalarType.Float32);
}
