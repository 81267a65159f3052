using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Bytes of any number from every rank.</summary>
internal static class RankBytes
{
    /// <summary>What all ranks give, on the first of them; nothing on the others.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="own">This rank's.</param>
    /// <param name="name">What it is, for errors.</param>
    public static byte[][] ToFirst(Ranks ranks, byte[] own, string name) =>
        Exchanged(ranks, own, [own.Length, .. Enumerable.Repeat(0L, ranks.Size - 1)], name);

    /// <summary>What all ranks give, on each of them.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="own">This rank's.</param>
    /// <param name="name">What it is, for errors.</param>
    public static byte[][] ToAll(Ranks ranks, byte[] own, string name) => Exchanged(
        ranks, [.. Enumerable.Range(0, ranks.Size).SelectMany(_ => own)],
        [.. Enumerable.Range(0, ranks.Size).Select(_ => (long)own.Length)], name);

    private static byte[][] Exchanged(Ranks ranks, byte[] sent, long[] sent_R, string name)
    {
        using var scope = NewDisposeScope();
        var received_R = ranks.ExchangeCounts(sent_R, name);
        var all = ranks.Exchange(tensor(sent).reshape(sent.Length, 1), sent_R, received_R, name);
        var bytes = all.numel() == 0 ? [] : all.data<byte>().ToArray();
        var (results, at) = (new byte[ranks.Size][], 0);
        for (var rank = 0; rank < ranks.Size; rank++)
        {
            results[rank] = bytes.AsSpan(at, (int)received_R[rank]).ToArray();
            at += (int)received_R[rank];
        }

        return results;
    }
}
