using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>What makes the inner steps of one task: Adam with β₁ = 0 and β₂ = 0.999 from moments of 0, or φ ← φ − α·r·g, with r the factor
/// of the part.</summary>
internal sealed class TaskOptimizer : IDisposable
{
    private readonly IReadOnlyList<(Parameter Parameter, double Rate)> _moved;
    private readonly double _rate;
    private readonly AdamW? _adam;

    /// <summary>Of one task.</summary>
    /// <param name="parameters">All parameters by name.</param>
    /// <param name="config">Which optimiser, and α.</param>
    /// <param name="rate">r of each parameter; what has 0 stays as it is.</param>
    public TaskOptimizer(IEnumerable<(string Name, Parameter Parameter)> parameters, MetaConfig config, Func<string, double> rate)
    {
        var moved = parameters.Where(entry => rate(entry.Name) > 0).ToList();
        (_moved, _rate) = ([.. moved.Select(entry => (entry.Parameter, rate(entry.Name)))], config.InnerRate);
        _adam = config.Optimizer == InnerOptimizer.Adam
            ? new AdamW(moved, new TrainingConfig { Beta1 = 0, Beta2 = 0.999, WeightDecay = 0 }, rate)
            : null;
    }

    /// <summary>Moves the parameters by their gradients; one without stays as it is.</summary>
    public void Step()
    {
        if (_adam is not null)
        {
            _adam.Step(_rate);
            return;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (parameter, factor) in _moved.Where(entry => entry.Parameter.grad is not null))
        {
            parameter.add_(parameter.grad!.Times(-_rate * factor), Scalars.One);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _adam?.Dispose();
}
