using System.Text;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What the first rank tells the others to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Number">The index of the cell to train, or the exit code to end with.</param>
/// <param name="Step">The step of the checkpoint to go on from; null begins.</param>
internal sealed record RankOrder(RankOrder.Kinds Kind, long Number, long? Step)
{
    private const string Name = "an order of the first rank";
    private const string TextName = "what an order is about";

    /// <summary>What there is to do.</summary>
    internal enum Kinds
    {
        /// <summary>Nothing yet.</summary>
        Wait,

        /// <summary>Train a cell.</summary>
        Train,

        /// <summary>End.</summary>
        End,

        /// <summary>Compute units of work with the first.</summary>
        Work,
    }

    /// <summary>Nothing yet.</summary>
    public static RankOrder Wait { get; } = new(Kinds.Wait, 0, null);

    /// <summary>Train a cell.</summary>
    public static RankOrder Train(int index, long? step) => new(Kinds.Train, index, step);

    /// <summary>Compute units of work with the first.</summary>
    public static RankOrder Work { get; } = new(Kinds.Work, 0, null);

    /// <summary>End with a code.</summary>
    public static RankOrder End(int code) => new(Kinds.End, code, null);

    /// <summary>Gives the order; called by the first rank.</summary>
    /// <returns>Whether another rank was asked to stop.</returns>
    public bool Exchange(Ranks ranks) => Summed(ranks, [(long)Kind, Number, (Step ?? -1) + 1, 0])[^1] > 0;

    /// <summary>Waits for an order; called by the others.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="stop">Whether this rank was asked to stop.</param>
    public static RankOrder Receive(Ranks ranks, bool stop)
    {
        var numbers = Summed(ranks, [0, 0, 0, stop ? 1 : 0]);
        return new RankOrder((Kinds)numbers[0], numbers[1], numbers[2] == 0 ? null : numbers[2] - 1);
    }

    /// <summary>Gives a text to the others; called by the first rank.</summary>
    public static void SendText(Ranks ranks, string text)
    {
        using var scope = NewDisposeScope();
        var bytes = Encoding.UTF8.GetBytes(text);
        ranks.Broadcast(tensor(new long[] { bytes.Length }), root: 0, TextName);
        ranks.Broadcast(tensor(bytes), root: 0, TextName);
    }

    /// <summary>Receives the text.</summary>
    public static string ReceiveText(Ranks ranks)
    {
        using var scope = NewDisposeScope();
        var length = zeros(1, ScalarType.Int64);
        ranks.Broadcast(length, root: 0, TextName);
        var bytes = zeros(length.data<long>()[0], ScalarType.Byte);
        ranks.Broadcast(bytes, root: 0, TextName);
        return Encoding.UTF8.GetString(bytes.data<byte>().ToArray());
    }

    private static long[] Summed(Ranks ranks, long[] numbers)
    {
        using var scope = NewDisposeScope();
        var sum = tensor(numbers);
        ranks.Sum(sum, Name);
        return sum.data<long>().ToArray();
    }
}
