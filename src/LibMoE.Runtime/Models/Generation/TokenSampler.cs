using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Picks the next token: p = softmax(logits/τ), cut to the k most probable tokens, then to the fewest of these whose p reach the nucleus'
/// share of what is left, renormalised, drawn. τ = 0 takes the largest logit, the lowest id of equals.
/// </summary>
/// <param name="options">τ, k, p and the seed.</param>
public sealed class TokenSampler(GenerationOptions options)
{
    private readonly Random _random = new(unchecked((int)(options.Seed ^ (options.Seed >> 32))));

    /// <summary>Draws one token.</summary>
    /// <param name="logits_V">The logits of every token [V].</param>
    /// <returns>Its id.</returns>
    public int Next(Tensor logits_V)
    {
        using var scope = NewDisposeScope();
        return Next(logits_V.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray());
    }

    /// <summary>Draws one token.</summary>
    /// <param name="logits_V">The logits of every token; −∞ is one that is never drawn.</param>
    /// <returns>Its id.</returns>
    /// <exception cref="InvalidDataException">A logit is NaN or +∞, or all are −∞: they are no distribution.</exception>
    public int Next(double[] logits_V)
    {
        Require(logits_V);
        var best = Array.IndexOf(logits_V, logits_V.Max());
        if (options.Temperature == 0)
        {
            return best;
        }

        var candidates = Candidates(logits_V);
        var point = _random.NextDouble() * candidates.Sum(candidate => candidate.Probability);
        foreach (var (id, probability) in candidates)
        {
            point -= probability;
            if (point < 0)
            {
                return id;
            }
        }

        return candidates[^1].Id;
    }

    /// <summary>Refuses logits that no next token follows from.</summary>
    /// <exception cref="InvalidDataException">A logit is NaN or +∞, or all are −∞.</exception>
    internal static void Require(double[] logits_V)
    {
        var bad = logits_V.Count(logit => double.IsNaN(logit) || double.IsPositiveInfinity(logit));
        if (bad > 0 || logits_V.All(double.IsNegativeInfinity))
        {
            throw new InvalidDataException(
                "The model has no next token: "
                + $"{(bad > 0 ? $"{bad} of its {logits_V.Length} logits are NaN or infinite" : "all its logits are -infinity")}; "
                + "its weights hold values that are not finite, or so large that their products are not.");
        }
    }

    /// <summary>The tokens that can be drawn with their probabilities, not yet renormalised, best first.</summary>
    internal IReadOnlyList<(int Id, double Probability)> Candidates(double[] logits_V)
    {
        var largest = logits_V.Max();
        var weights = logits_V.Select((logit, id) => (Id: id, Weight: Math.Exp((logit - largest) / options.Temperature)))
            .OrderByDescending(entry => entry.Weight).ToList();
        var kept = options.TopK > 0 ? weights.Take(options.TopK).ToList() : weights;
        var total = kept.Sum(entry => entry.Weight);
        var candidates = new List<(int, double)>();
        var reached = 0.0;
        foreach (var (id, weight) in kept)
        {
            candidates.Add((id, weight / total));
            reached += weight / total;
            if (options.TopP < 1 && reached >= options.TopP)
            {
                break;
            }
        }

        return candidates;
    }
}
