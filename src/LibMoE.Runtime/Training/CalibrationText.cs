using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>A little training text, on which what a model does is looked at before another is made of it.</summary>
internal static class CalibrationText
{
    private const int Length = 256;

    /// <summary>Sequences at equal distances.</summary>
    /// <param name="corpus">The text.</param>
    /// <param name="config">The model that reads it; a sequence is no longer than its context.</param>
    /// <param name="sequences">How many.</param>
    /// <returns>Token ids [S, L] int64, in the caller's dispose scope.</returns>
    public static Tensor Of(Corpus corpus, ModelConfig config, int sequences)
    {
        var length = Math.Min(Length, config.Context);
        var starts = HeldOutLoss.Starts(corpus.Train, length, sequences);
        var ids = new long[starts.Count * length];
        foreach (var (sequence, start) in starts.Index())
        {
            corpus.Train.CopyTo(start, ids.AsSpan(sequence * length, length));
        }

        return tensor(ids, [starts.Count, length]);
    }
}
