using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Gives all ranks the numbers that each of them has updated.</summary>
internal sealed class WeightExchange
{
    private const string Name = "updated parameters";

    /// <summary>How many numbers go at once: 16 MiB of float32.</summary>
    private const long MostNumbers = 1L << 22;

    private readonly Ranks _ranks;
    private readonly List<(int Owner, List<(Parameter Parameter, StatePart Part)> Parts)> _packets = [];

    /// <summary>Divides what each rank updates into packets.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="owned">What each rank updates.</param>
    public WeightExchange(Ranks ranks, IReadOnlyList<List<(Parameter Parameter, StatePart Part)>> owned)
    {
        _ranks = ranks;
        foreach (var (owner, parts) in owned.Index())
        {
            foreach (var type in parts.GroupBy(entry => entry.Parameter.dtype))
            {
                Divide(owner, type);
            }
        }
    }

    /// <summary>Sends and receives; afterwards the parameters are the same on all ranks.</summary>
    public void Run()
    {
        foreach (var (owner, parts) in _packets)
        {
            using var scope = NewDisposeScope();
            var flat = _ranks.Rank == owner
                ? cat([.. parts.Select(entry => OptimizerSlot.Run(entry.Parameter.detach(), entry.Part))])
                : empty(parts.Sum(entry => entry.Part.Count), parts[0].Parameter.dtype);
            _ranks.Broadcast(flat, owner, Name);
            if (_ranks.Rank != owner)
            {
                Unpack(flat, parts);
            }
        }
    }

    private static void Unpack(Tensor flat, List<(Parameter Parameter, StatePart Part)> parts)
    {
        long at = 0;
        foreach (var (parameter, part) in parts)
        {
            OptimizerSlot.Run(parameter.detach(), part).copy_(flat.narrow(0, at, part.Count));
            at += part.Count;
        }
    }

    private void Divide(int owner, IEnumerable<(Parameter Parameter, StatePart Part)> parts)
    {
        var (packet, numbers) = (new List<(Parameter, StatePart)>(), 0L);
        foreach (var entry in parts)
        {
            packet.Add(entry);
            numbers += entry.Part.Count;
            if (numbers >= MostNumbers)
            {
                _packets.Add((owner, packet));
                (packet, numbers) = ([], 0);
            }
        }

        if (packet.Count > 0)
        {
            _packets.Add((owner, packet));
        }
    }
}
