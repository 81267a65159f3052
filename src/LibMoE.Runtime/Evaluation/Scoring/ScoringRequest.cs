namespace LibMoE.Runtime;

/// <summary>
/// Tokens of which a model scores the end: Σ ln p(Ids[i] | Ids[0 … i−1]) over i from <see cref="First"/> on.
/// </summary>
/// <param name="Item">The item's place among those that are scored, from 0.</param>
/// <param name="Part">Which option, or which window of a running text, from 0.</param>
/// <param name="Ids">The tokens, the start token included.</param>
/// <param name="First">The first token that is scored; at least 1, or the number of ids where nothing is.</param>
public sealed record ScoringRequest(int Item, int Part, int[] Ids, int First)
{
    /// <summary>L: how many tokens go into the model. The last one is only predicted.</summary>
    public int Inputs => Ids.Length - 1;

    /// <summary>How many tokens are scored.</summary>
    public int Scored => Ids.Length - First;
}
