using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Evaluation.Scoring;

/// <summary>Log-likelihoods of the scored tokens, from a model's logits.</summary>
internal static class TokenScores
{
    /// <summary>
    /// Σ ln softmax(logits)[next token] over each request's scored tokens: each in float32 or wider, their sum in float64, in the order of
    /// the tokens.
    /// </summary>
    /// <param name="logits_SLV">Logits [S, L, V] after the requests' tokens from <paramref name="from"/> on.</param>
    /// <param name="requests">The requests, one per sequence.</param>
    /// <param name="from">The place of the first token that has logits.</param>
    /// <exception cref="InvalidDataException">A log-probability is not a number: the model's weights are broken.</exception>
    public static SequenceScore[] Sum(Tensor logits_SLV, IReadOnlyList<ScoringRequest> requests, int from)
    {
        using var scope = NewDisposeScope();
        // Logits of tokens that no request is scored after are not needed.
        var skipped = requests.Min(request => request.First) - 1 - from;
        var length = (int)logits_SLV.shape[1] - skipped;
        logits_SLV = logits_SLV.narrow(1, skipped, length);
        var targets = new long[requests.Count * length];
        for (var sequence = 0; sequence < requests.Count; sequence++)
        {
            var ids = requests[sequence].Ids.AsSpan(from + skipped + 1);
            for (var i = 0; i < ids.Length; i++)
            {
                targets[(sequence * length) + i] = ids[i];
            }
        }

        var targets_SL = tensor(targets, [requests.Count, length], device: logits_SLV.device);
        var losses = NextTokenLoss.PerToken(logits_SLV, targets_SL).to(ScalarType.Float64).cpu().data<double>().ToArray();
        var greedy = logits_SLV.argmax(-1).eq(targets_SL).cpu().data<bool>().ToArray();
        return [.. requests.Select((request, sequence) => Sum(request, sequence))];

        SequenceScore Sum(ScoringRequest request, int sequence)
        {
            var start = (sequence * length) + request.First - 1 - from - skipped;
            var sum = 0.0;
            foreach (var loss in losses.AsSpan(start, request.Scored))
            {
                sum -= loss;
            }

            return double.IsFinite(sum)
                ? new SequenceScore(sum, !greedy.AsSpan(start, request.Scored).Contains(false))
                : throw new InvalidDataException(
                    $"the log-likelihood of item {request.Item} is {sum}: the model's weights hold values that are not finite");
        }
    }
}
