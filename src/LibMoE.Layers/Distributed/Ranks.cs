using LibMoE.Runtime.Distributed;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The processes that compute one training together, and what they say to each other. Every call is a collective: all ranks make the same
/// calls in the same order, each with a name that errors state. Suffixes: R ranks, N rows, D width, n numbers for each rank.
/// </summary>
/// <remarks>
/// <see cref="One"/> is one process, where every call gives back what it got. Others come from <see cref="RankGroup.Join"/>. A rank that
/// fails ends the job: its <see cref="RankFailureException"/> is never caught to go on, because the others wait for it.
/// </remarks>
public abstract class Ranks : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Ranks? _whole;
    private (long Number, string? Name, long Since) _current;

    /// <summary>Ranks of their own, or a part of others.</summary>
    private protected Ranks(Ranks? whole = null) => _whole = whole;

    /// <summary>One process.</summary>
    public static Ranks One { get; } = new OneRank();

    /// <summary>Which process this is, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>R, how many processes there are.</summary>
    public abstract int Size { get; }

    /// <summary>What carries the calls, in words.</summary>
    public abstract string Engine { get; }

    /// <summary>How these ranks share the experts of a layer: by default not, and every rank has them all.</summary>
    public ExpertRanks Experts { get => field ?? ExpertRanks.Unshared; internal set; }

    /// <summary>The ranks that these are a part of; these where they are all. What is waited for, all parts of a process say in one
    /// place.</summary>
    internal Ranks Whole => _whole ?? this;

    /// <summary>Whether the engine itself stops waiting after the limit.</summary>
    internal virtual bool EndsItself => true;

    /// <summary>How they came together, and what they send.</summary>
    internal RankOptions Options { get; set; } = new();

    /// <summary>What watches this rank; null in one process.</summary>
    internal RankWatch? Watch { get; set; }

    /// <summary>Whether this process writes what all share: files, the terminal.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>How many collectives this process has begun.</summary>
    public long Calls => Read().Number;

    /// <summary>Adds up a tensor over the ranks, in place.</summary>
    /// <param name="tensor">Contiguous float32, float64 or int64 [..], of one shape on all ranks.</param>
    /// <param name="name">What it is, for errors: <c>gradients of step 3</c>.</param>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public void Sum(Tensor tensor, string name)
    {
        using var work = BeginSum(tensor, name);
        work.Wait();
    }

    /// <summary>Begins to add up a tensor over the ranks, in place; until <see cref="RankWork.Wait"/> has come back nothing may read or
    /// write it.</summary>
    /// <param name="tensor">Contiguous float32, float64 or int64 [..], of one shape on all ranks.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <returns>What to wait for, on every rank in the order in which it was begun.</returns>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public RankWork BeginSum(Tensor tensor, string name)
    {
        CollectiveTensor.Check(tensor, name);
        return Size == 1 ? RankWork.Done : new RankWork(this, name, Do(name, () => StartSum(tensor, name)));
    }

    /// <summary>The sum over the ranks; backward sums the gradients over the ranks too, so that a term of the whole batch may be made of it
    /// in any way.</summary>
    /// <param name="tensor">float32 or float64 [..], of one shape on all ranks.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <returns>[..], as the tensor; in one process the tensor itself.</returns>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public Tensor SumWithGradient(Tensor tensor, string name) => Size == 1 ? tensor : RankSum.Of(this, tensor, name);

    /// <summary>
    /// Gives each rank its rows and gets this rank's from all: an all-to-all with uneven parts. Backward sends the gradients back.
    /// </summary>
    /// <param name="rows_ND">[N, D]: first the rows for rank 0, then those for rank 1, and so on.</param>
    /// <param name="sent_R">How many rows each rank gets of them; they sum to N.</param>
    /// <param name="received_R">How many rows each rank has for this one, as <see cref="ExchangeCounts"/> finds out.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <returns>[M, D], M the sum of <paramref name="received_R"/>, in the order of the ranks they come from; in one process the rows
    /// themselves.</returns>
    /// <exception cref="ArgumentException">The counts do not fit.</exception>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public Tensor Exchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        if (sent_R.Length != Size || received_R.Length != Size || sent_R.Sum() != rows_ND.shape[0])
        {
            throw new ArgumentException(
                $"Rows for {sent_R.Length} ranks and from {received_R.Length}, {sent_R.Sum()} in all, do not describe {rows_ND.shape[0]} "
                + $"rows among {Size} ranks ({name}).",
                nameof(sent_R));
        }

        return Size == 1 ? rows_ND : RowExchange.Of(this, rows_ND, sent_R, received_R, name);
    }

    /// <summary>Gives each rank n numbers and gets n from each.</summary>
    /// <param name="counts_Rn">n numbers for rank 0, n for rank 1, and so on.</param>
    /// <param name="name">What they are, for errors.</param>
    /// <returns>n numbers from rank 0, n from rank 1, and so on.</returns>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public long[] ExchangeCounts(long[] counts_Rn, string name)
    {
        if (Size == 1)
        {
            return counts_Rn;
        }

        using var scope = NewDisposeScope();
        var each = counts_Rn.Length / Size;
        long[] parts_R = [.. Enumerable.Repeat((long)each, Size)];
        return [.. ExchangeRows(tensor(counts_Rn).unsqueeze(1), parts_R, parts_R, name).data<long>()];
    }

    /// <summary>Gives a tensor of one rank to all, in place.</summary>
    /// <param name="tensor">Contiguous [..], of one shape and type on all ranks.</param>
    /// <param name="root">Whose it is.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public void Broadcast(Tensor tensor, int root, string name)
    {
        if (Size > 1)
        {
            _ = Do(name, () => RunBroadcast(tensor, root, name));
        }
    }

    /// <summary>Comes back when all ranks have called it.</summary>
    /// <param name="name">What they wait for, for errors.</param>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public void Barrier(string name)
    {
        using var one = zeros(1, ScalarType.Int64);
        Sum(one, name);
    }

    /// <summary>Divides the ranks into groups, whose collectives are their own. All ranks call it.</summary>
    /// <param name="partOf">Which group a rank is in; all groups are of one size.</param>
    /// <param name="name">What the groups are, for errors; no two divisions have one name.</param>
    /// <returns>This rank's group, in the order of the ranks; <see cref="One"/> where it is alone.</returns>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    internal Ranks Divided(Func<int, int> partOf, string name)
    {
        List<int> members = [.. Enumerable.Range(0, Size).Where(rank => partOf(rank) == partOf(Rank))];
        return members.Count == Size ? this
            : members.Count == 1 ? One
            : Do($"the making of {name}", () => RunDivision(members, partOf(Rank), name));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The exchange without a graph.</summary>
    internal Tensor ExchangeRows(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        using var quiet = no_grad();
        using var rows = rows_ND.detach().contiguous();
        return Do(name, () => RunExchange(rows, sent_R, received_R, name));
    }

    /// <summary>Begins the exchange without a graph. An engine that cannot leave it to itself has done it when this comes back.</summary>
    internal PendingRows BeginExchangeRows(Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        using var quiet = no_grad();
        using var rows = rows_ND.detach().contiguous();
        return Do(name, () => StartExchange(rows, sent_R, received_R, name));
    }

    /// <summary>Which collective this process is in, its name, and since when it is; a null name while it computes.</summary>
    internal (long Number, string? Name, long Since) Read()
    {
        lock (Whole._lock)
        {
            return Whole._current;
        }
    }

    /// <summary>Runs what waits for other ranks, so that a watcher sees what is waited for.</summary>
    internal T Do<T>(string name, Func<T> body, bool isNew = true)
    {
        lock (Whole._lock)
        {
            Whole._current = (Whole._current.Number + (isNew ? 1 : 0), name, Environment.TickCount64);
        }

        var result = body();
        lock (Whole._lock)
        {
            Whole._current = (Whole._current.Number, null, Environment.TickCount64);
        }

        return result;
    }

    /// <summary>What an engine's failure means to the job.</summary>
    private protected RankFailureException Failure(string name, string reason) =>
        new($"rank {Whole.Rank} of {Whole.Size} could not do collective {Calls} ({name}) with the others: {reason}."
            + Whole.Watch?.Others());

    /// <summary>Begins the engine's sum.</summary>
    private protected abstract IPendingSum StartSum(Tensor tensor, string name);

    /// <summary>The engine's all-to-all of contiguous rows.</summary>
    private protected abstract Tensor RunExchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name);

    /// <summary>Begins the engine's all-to-all of contiguous rows.</summary>
    private protected virtual PendingRows StartExchange(Tensor rows_ND, long[] sent_R, long[] received_R, string name) =>
        new(this, RunExchange(rows_ND, sent_R, received_R, name), name, wait: null);

    /// <summary>The engine's broadcast.</summary>
    private protected abstract bool RunBroadcast(Tensor tensor, int root, string name);

    /// <summary>The engine's group of some of these ranks, this one among them.</summary>
    private protected abstract Ranks RunDivision(IReadOnlyList<int> members, int part, string name);

    /// <summary>Leaves the group.</summary>
    /// <param name="disposing">Whether it is disposed, not finalised.</param>
    protected virtual void Dispose(bool disposing) => Watch?.Dispose();
}
