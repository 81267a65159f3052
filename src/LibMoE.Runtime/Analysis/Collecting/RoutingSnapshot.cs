using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>A model's routing of a fixed text at one moment.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Loss">Mean over the sequences, in nats per token.</param>
/// <param name="Blocks">The MoE blocks.</param>
internal sealed record RoutingSnapshot(int Step, double Loss, IReadOnlyList<BlockSnapshot> Blocks)
{
    /// <summary>Takes one in evaluation mode; the model is left in the mode that it was in.</summary>
    /// <param name="model">The model.</param>
    /// <param name="text">The text.</param>
    /// <param name="batch">How many sequences go through the model at once.</param>
    /// <param name="step">Optimiser steps done.</param>
    public static RoutingSnapshot Of(LanguageModel model, AnalysisText text, int batch, int step)
    {
        using var evaluating = new EvaluationMode(model);
        var losses_S = new List<double>();
        List<BlockTally> tallies = [.. model.MoeLayers.Select(layer => new BlockTally(layer.Declaration.RoutableExperts))];
        foreach (var next in text.Batches(batch, model.parameters().First().device))
        {
            using var scope = NewDisposeScope();
            using var ids_SM = next.Ids_SM;
            var output = model.forward(next.Inputs_SL, new MoeContext { Step = step });
            losses_S.AddRange(
                NextTokenLoss.PerToken(output.Logits, next.Targets_SL).to(ScalarType.Float64).mean([1]).data<double>().ToArray());
            foreach (var (tally, routing) in tallies.Zip(output.Routings))
            {
                tally.Add(routing, (int)ids_SM.shape[0]);
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
