using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Images;

/// <summary>Experts that take a limited number of patches of a batch: who comes first is by chance, or by how sure the router is of a patch
/// (batch-priority routing, Riquelme et al. 2021, section 4.1). A pick that is dropped adds nothing.</summary>
internal static class LimitedPicks
{
    /// <summary>A rule for <see cref="MoeContext.Reroute"/>.</summary>
    /// <param name="share">Each expert takes this share of T·K/E picks.</param>
    /// <param name="random">Draws who comes first; null takes those of the largest score first.</param>
    public static Func<Routing, Picks> Of(double share, Random? random) => own =>
    {
        var (tokens, picks) = ((int)own.Experts!.shape[0], (int)own.Experts.shape[1]);
        var slots = (int)own.Logits!.shape[1];
        double[] first_T = random is null
            ? [.. own.Scores!.amax([1L]).cpu().data<float>().Select(score => (double)score)]
            : [.. Enumerable.Range(0, tokens).Select(_ => random.NextDouble())];
        var kept = Keep([.. own.Experts.cpu().data<long>()], first_T, slots, (int)Math.Ceiling(share * tokens * picks / slots));
        return new Picks(tensor(kept, [tokens, picks]), own.Weights);
    };

    /// <summary>Picks with −1 where an expert is full: first all tokens' best picks, in the order of their priority, then all second
    /// ones.</summary>
    /// <param name="experts_TK">The picks, best first.</param>
    /// <param name="priority_T">Who comes first: the largest.</param>
    /// <param name="slots">E.</param>
    /// <param name="capacity">How many picks an expert takes.</param>
    public static long[] Keep(long[] experts_TK, IReadOnlyList<double> priority_T, int slots, int capacity)
    {
        var picks = experts_TK.Length / priority_T.Count;
        int[] order = [.. Enumerable.Range(0, priority_T.Count).OrderByDescending(token => priority_T[token])];
        var taken_E = new int[slots];
        long[] kept_TK = [.. Enumerable.Repeat(-1L, experts_TK.Length)];
        foreach (var place in Enumerable.Range(0, picks).SelectMany(pick => order.Select(token => token * picks + pick)))
        {
            if (experts_TK[place] >= 0 && taken_E[experts_TK[place]]++ < capacity)
            {
                kept_TK[place] = experts_TK[place];
            }
        }

        return kept_TK;
    }
}
