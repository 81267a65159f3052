using static TorchSharp.torch;

namespace LibMoE.Runtime.Evaluation.Scoring;

/// <summary>The inputs of several requests, from a place on, as one rectangle; shorter ones are padded at the end.</summary>
internal sealed class PaddedTokens
{
    private readonly long[] _ids;
    private readonly bool[] _real;
    private readonly long[] _shape;

    private PaddedTokens(long[] ids, bool[] real, long[] shape) => (_ids, _real, _shape) = (ids, real, shape);

    /// <summary>Lays out requests.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="from">The first token that is taken.</param>
    /// <param name="length">L: the longest request's tokens from there on.</param>
    public static PaddedTokens Of(IReadOnlyList<ScoringRequest> requests, int from, int length)
    {
        var (ids, real) = (new long[requests.Count * length], new bool[requests.Count * length]);
        for (var sequence = 0; sequence < requests.Count; sequence++)
        {
            var taken = requests[sequence].Inputs - from;
            for (var i = 0; i < taken; i++)
            {
                ids[(sequence * length) + i] = requests[sequence].Ids[from + i];
                real[(sequence * length) + i] = true;
            }
        }

        return new PaddedTokens(ids, real, [requests.Count, length]);
    }

    /// <summary>[S, L] int64; padding is id 0.</summary>
    public Tensor Ids_SL(Device device) => tensor(_ids, _shape, device: device);

    /// <summary>[S, L] bool, false for padding; null where there is none.</summary>
    public Tensor? Mask_SL(Device device) => Array.TrueForAll(_real, real => real) ? null : tensor(_real, _shape, device: device);
}
