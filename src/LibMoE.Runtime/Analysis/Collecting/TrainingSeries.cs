using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>
/// Collects a model's routing of the same data at moments of its training, and compares them: change rate and drift with the moment before,
/// saturation with the last.
/// </summary>
/// <param name="text">The text; null for other data.</param>
/// <param name="batch">How many sequences go through the model at once.</param>
/// <param name="steps">The steps of the whole training.</param>
internal sealed class TrainingSeries(AnalysisText? text, int batch, int steps) : IDisposable
{
    /// <summary>How many experts of a token id count in <see cref="BlockPoint.SaturationByTokenId"/>, as in LibMoE's script.</summary>
    private const int TopOfTokenId = 6;

    private readonly List<(RoutingSnapshot Snapshot, IReadOnlyDictionary<string, double?> Drift,
        IReadOnlyDictionary<string, double> Tasks)> _moments = [];
    private readonly Dictionary<string, Tensor> _before = [];

    /// <summary>How many moments there are.</summary>
    public int Count => _moments.Count;

    /// <summary>The step of the last moment; −1 before the first.</summary>
    public int LastStep => _moments.Count == 0 ? -1 : _moments[^1].Snapshot.Step;

    /// <summary>Adds the model as it is now.</summary>
    /// <param name="model">The same model as before, or one of the same structure.</param>
    /// <param name="step">Optimiser steps done.</param>
    /// <param name="tasks">Its scores by task.</param>
    public void Add(LanguageModel model, int step, IReadOnlyDictionary<string, double>? tasks = null) =>
        Add(new RoutedText(model, text!, batch), step, tasks);

    /// <summary>Adds the model of other data as it is now.</summary>
    /// <param name="data">The same model as before with the same data, or one of the same structure.</param>
    /// <param name="step">Optimiser steps done.</param>
    /// <param name="tasks">Its scores by task.</param>
    public void Add(RoutedData data, int step, IReadOnlyDictionary<string, double>? tasks = null)
    {
        var drift = Drift(data.Model);
        _moments.Add((RoutingSnapshot.Of(data, step), drift, tasks ?? new Dictionary<string, double>()));
    }

    /// <summary>The comparison of all moments.</summary>
    public IReadOnlyList<TrainingPoint> Points()
    {
        if (_moments.Count == 0)
        {
            return [];
        }

        int[]? ids_T = text is null ? null : [.. text.Batches(batch, CPU).SelectMany(next =>
        {
            using var ids_SM = next.Ids_SM;
            return next.Ids_T;
        })];
        var last = _moments[^1].Snapshot;
        return
        [
            .. _moments.Index().Select(moment =>
            {
                var (snapshot, drift, tasks) = moment.Item;
                var before = moment.Index == 0 ? null : _moments[moment.Index - 1].Snapshot;
                return new TrainingPoint
                {
                    Step = snapshot.Step,
                    Fraction = (double)snapshot.Step / steps,
                    Loss = text is null && double.IsNaN(snapshot.Loss) ? null : snapshot.Loss,
                    Tasks = tasks,
                    Drift = drift,
                    Blocks = [.. Enumerable.Range(0, snapshot.Blocks.Count).Select(block =>
                        Compare(snapshot.Blocks[block], before?.Blocks[block], last.Blocks[block], ids_T))],
                };
            }),
        ];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _before.Values)
        {
            tensor.Dispose();
        }

        _before.Clear();
    }

    private static BlockPoint Compare(BlockSnapshot now, BlockSnapshot? before, BlockSnapshot last, int[]? ids_T) => now.Picks is null
        ? new BlockPoint { Share = now.Share, Losses = now.Losses }
        : new BlockPoint
        {
            Share = now.Share,
            Losses = now.Losses,
            ChangeRateBySlots = before is null ? null : ExpertChangeRate.BySlots(before.Picks!, now.Picks),
            ChangeRateBySets = before is null ? null : ExpertChangeRate.BySets(before.Picks!, now.Picks),
            SaturationTop1 = RouterSaturation.Of(now.Picks, last.Picks!, top: 1),
            SaturationTopK = RouterSaturation.Of(now.Picks, last.Picks!),
            SaturationBySlots = RouterSaturation.BySlots(now.Picks, last.Picks!),
            SaturationByTokenId = ids_T is null ? null : RouterSaturation.ByTokenId(now.Picks, last.Picks!, ids_T, TopOfTokenId),
        };

    /// <summary>Compares the parameters with those of the moment before, and keeps a copy for the next.</summary>
    private IReadOnlyDictionary<string, double?> Drift(nn.Module model)
    {
        using var quiet = no_grad();
        var drift = new ParameterDrift();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (_before.Remove(name, out var before))
            {
                drift.Add(ParameterDrift.GroupOf(name), before, parameter);
                before.Dispose();
            }

            _before[name] = parameter.detach().cpu().clone().DetachFromDisposeScope();
        }

        return drift.Relative;
    }
}
