using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Training;

/// <summary>Batches that ranks measure side by side: rank r has those whose number is r modulo R, and all learn what each came to, in the
/// order in which one process would.</summary>
internal static class SplitBatches
{
    /// <summary>The results of all batches, in order.</summary>
    /// <param name="ranks">The processes; one measures as it is asked.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="measure">Measures one.</param>
    /// <param name="name">What is measured, for errors.</param>
    public static IEnumerable<TResult> Of<TBatch, TResult>(
        Ranks ranks, IEnumerable<TBatch> batches, Func<TBatch, TResult> measure, string name)
    {
        if (ranks.Size == 1)
        {
            return batches.Select(measure);
        }

        var all = batches.ToList();
        var own = Task.FromResult(all.Where((_, number) => number % ranks.Size == ranks.Rank).Select(measure).ToList());
        _ = Together.Wait(ranks, name, own);
        var given = RankBytes.ToAll(ranks, JsonSerializer.SerializeToUtf8Bytes(own.Result, RunJson.Line), name)
            .Select(bytes => JsonSerializer.Deserialize<List<TResult>>(bytes, RunJson.Line)!).ToList();
        return all.Select((_, number) => given[number % ranks.Size][number / ranks.Size]);
    }
}
