using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>A model's routing of the same held-out data at one moment.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Loss">Mean over the sequences or examples.</param>
/// <param name="Blocks">The MoE blocks.</param>
internal sealed record RoutingSnapshot(int Step, double Loss, IReadOnlyList<BlockSnapshot> Blocks)
{
    /// <summary>Takes one in evaluation mode; the model is left in the mode that it was in.</summary>
    /// <param name="data">The model and its data.</param>
    /// <param name="step">Optimiser steps done.</param>
    public static RoutingSnapshot Of(RoutedData data, int step)
    {
        var losses_S = new List<double>();
        List<BlockTally> tallies = [.. data.Layers.Select(layer => new BlockTally(layer.Declaration.RoutableExperts))];
        foreach (var next in data.Batches(new MoeContext { Step = step }))
        {
            losses_S.AddRange(next.Losses_S);
            foreach (var (tally, routing) in tallies.Zip(next.Routings))
            {
                tally.Add(routing, next.Losses_S.Count);
            }
        }

        return new RoutingSnapshot(step, losses_S.Average(), [.. tallies.Select(tally => tally.Result())]);
    }

    /// <summary>Adds up one block's batches.</summary>
    private sealed class BlockTally(int experts)
    {
        private readonly List<int> _picks = [];
        private readonly double[] _mass_E = new double[experts];
        private readonly Dictionary<string, double> _losses = [];
        private int _slots;
        private int _sequences;

        public void Add(Routing routing, int sequences)
        {
            _sequences += sequences;
            foreach (var (name, loss) in routing.Losses)
            {
                _losses[name] = _losses.GetValueOrDefault(name) + (loss.to(ScalarType.Float64).item<double>() * sequences);
            }

            if (PickTable.Of(routing, experts) is not { } picks)
            {
                foreach (var scores_E in ScoreRows.Of(routing, experts))
                {
                    for (var expert = 0; expert < experts; expert++)
                    {
                        _mass_E[expert] += scores_E[expert];
                    }
                }

                return;
            }

            _slots = picks.Slots;
            for (var token = 0; token < picks.Tokens; token++)
            {
                foreach (var expert in picks.Picks(token))
                {
                    _picks.Add(expert);
                }
            }
        }

        public BlockSnapshot Result()
        {
            var picks = _slots == 0 ? null : new PickTable(experts, _slots, [.. _picks]);
            var total = _mass_E.Sum();
            return new BlockSnapshot(
                picks,
                picks is not null ? ExpertShare.Of(picks.Counts()) : [.. _mass_E.Select(mass => total == 0 ? 0 : mass / total)],
                _losses.ToDictionary(loss => loss.Key, loss => loss.Value / _sequences));
        }
    }
}

/// <summary>One block of a <see cref="RoutingSnapshot"/>.</summary>
/// <param name="Picks">Its picks; null where the gate has none.</param>
/// <param name="Share">[E] shares of the picks, or of the combine weight.</param>
/// <param name="Losses">Its balancing terms, coefficient applied: means over the batches, weighted by their sequences.</param>
internal sealed record BlockSnapshot(PickTable? Picks, double[] Share, IReadOnlyDictionary<string, double> Losses);
