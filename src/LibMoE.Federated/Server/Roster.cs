using LibMoE.Federated.Rounds;

namespace LibMoE.Federated.Server;

/// <summary>Who is there, in the order of their names, so that sums do not depend on who came first.</summary>
internal sealed class Roster
{
    private readonly Lock _lock = new();
    private readonly List<RemoteMember> _members = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _begun;

    /// <summary>Takes a member in; one whose name is taken gets a number.</summary>
    public void Add(RemoteMember member, string name)
    {
        lock (_lock)
        {
            var taken = _members.Select(other => other.Name).ToHashSet();
            member.Name = Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? name : $"{name}-{number}")
                .First(free => !taken.Contains(free));
            _members.Add(member);
        }

        Change();
    }

    /// <summary>Takes a member out.</summary>
    public void Remove(RemoteMember member)
    {
        lock (_lock)
        {
            _members.Remove(member);
        }

        Change();
    }

    /// <summary>Who is there: the first time once there are so many, later once there is anybody.</summary>
    /// <param name="first">How many are waited for the first time.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async Task<IReadOnlyList<IRoundMember>> PresentAsync(int first, CancellationToken stop)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                List<RemoteMember> here = [.. _members.Where(member => !member.Left.IsCompleted)];
                if (here.Count >= (_begun ? 1 : first))
                {
                    _begun = true;
                    return [.. here.OrderBy(member => member.Name, StringComparer.Ordinal)];
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>All that have not left.</summary>
    public IReadOnlyList<RemoteMember> All()
    {
        lock (_lock)
        {
            return [.. _members];
        }
    }

    private void Change()
    {
        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
