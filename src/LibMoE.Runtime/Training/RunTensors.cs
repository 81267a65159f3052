using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>The tensors of a run as a checkpoint has them, all experts among them whoever has them in training.</summary>
/// <param name="Model">Parameters and buffers.</param>
/// <param name="Average">The same with the parameters' moving average; null where none is kept.</param>
/// <param name="Optimizer">Moments and steps.</param>
internal sealed record RunTensors(
    IReadOnlyList<(string Name, Tensor Value)> Model,
    IReadOnlyList<(string Name, Tensor Value)>? Average,
    IReadOnlyList<(string Name, Tensor Value)> Optimizer)
{
    /// <summary>Those of a run; where ranks share experts, all ranks call it, and the first has them whole, in the caller's dispose
    /// scope.</summary>
    /// <exception cref="RankFailureException">The ranks did not come together.</exception>
    public static RunTensors Of(TrainingRun run)
    {
        var (slices, step) = (run.Slices, run.Done);
        var model = slices.Gathered(run.Learner.Model.state_dict().Select(entry => (entry.Key, entry.Value)), step);
        IReadOnlyList<(string Name, Tensor Value)>? average = null;
        if (run.Average is not null)
        {
            var averages = slices.Gathered(run.Average.State, step).ToDictionary();
            average = [.. model.Select(entry => (entry.Name, averages.GetValueOrDefault(entry.Name, entry.Value)))];
        }

        return new RunTensors(model, average, slices.Gathered(run.Optimizer.State, step));
    }
}
