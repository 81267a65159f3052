using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Translation;

/// <summary>Translates by the likeliest piece, one after the other.</summary>
internal static class GreedyDecoder
{
    /// <summary>The ids of each translation, without its beginning; one that does not end is cut.</summary>
    /// <param name="net">The net, in evaluation mode.</param>
    /// <param name="source">The sources.</param>
    /// <param name="pieces">The marks of beginning and end.</param>
    /// <param name="context">Passed on to the layers.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Translate(TranslationNet net, IdRows source, Pieces pieces, MoeContext context)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (source_SPD, _) = net.Encode(source, context);
        List<int>[] said = [.. Enumerable.Range(0, (int)source.Ids_SL.shape[0]).Select(_ => new List<int>())];
        List<int> open = [.. Enumerable.Range(0, said.Length)];
        while (open.Count > 0)
        {
            using var step = NewDisposeScope();
            var rows_R = tensor(open.Select(row => (long)row).ToArray(), device: source_SPD.device);
            var prefix = IdRows.Of([.. open.Select(row => (int[])[pieces.Begin, .. said[row]])], pieces.Padding, source_SPD.device);
            var (hidden_RLD, _) = net.Decode(
                prefix, source_SPD.index_select(0, rows_R), source.Mask_SL.index_select(0, rows_R), context);
            var last_RD = hidden_RLD.select(1, hidden_RLD.shape[1] - 1);
            long[] next = [.. net.Logits(last_RD, pieces.Sayable).argmax(1).cpu().data<long>()];
            foreach (var (place, row) in open.Index())
            {
                said[row].Add((int)next[place]);
            }

            open.RemoveAll(row => said[row][^1] == pieces.End || said[row].Count >= EncodedPair.Longest);
        }

        return said;
    }
}
