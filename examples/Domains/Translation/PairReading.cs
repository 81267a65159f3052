using LibMoE.Runtime;

namespace Translation;

/// <summary>What the net makes of pairs: N pairs, B layers, E experts.</summary>
/// <param name="Losses_N">Nats for each piece of a translation.</param>
/// <param name="Picks_BNE">For each layer, those of the encoder first, how often the tokens of each pair picked each expert.</param>
internal sealed record PairReading(IReadOnlyList<double> Losses_N, IReadOnlyList<IReadOnlyList<int[]>> Picks_BNE)
{
    /// <summary>Readings one after the other as one.</summary>
    public static PairReading Joined(IReadOnlyList<PairReading> parts) => new(
        [.. parts.SelectMany(part => part.Losses_N)],
        [.. Enumerable.Range(0, parts[0].Picks_BNE.Count).Select(
            layer => (IReadOnlyList<int[]>)[.. parts.SelectMany(part => part.Picks_BNE[layer])])]);

    /// <summary>How often the tokens of each pair picked each expert; padding picks none.</summary>
    /// <param name="routing">Of as many tokens of each pair.</param>
    /// <param name="pairs">N.</param>
    public static IReadOnlyList<int[]> Picks(Routing routing, int pairs)
    {
        var slots = (int)routing.Logits!.shape[1];
        long[] experts_TK = [.. routing.Experts!.cpu().contiguous().data<long>()];
        return [.. experts_TK.Chunk(experts_TK.Length / pairs)
            .Select(own => Enumerable.Range(0, slots).Select(slot => own.Count(expert => expert == slot)).ToArray())];
    }
}
