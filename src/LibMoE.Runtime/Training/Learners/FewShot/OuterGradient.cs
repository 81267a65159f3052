using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>The gradient by which the values before a task, θ, are learned: the mean over tasks of Reptile's (θ − φ)/α, or of the gradient
/// at φ, as first-order MAML has it. It reaches the optimiser by a loss that is linear in θ, so that clipping, ranks and micro-batches
/// treat it as any other.</summary>
/// <param name="parameters">What is learned, by name.</param>
internal sealed class OuterGradient(IReadOnlyList<(string Name, Parameter Parameter)> parameters)
{
    private readonly Tensor?[] _sums = new Tensor?[parameters.Count];
    private int _tasks;
    private double _losses;

    /// <summary>Goes through a task's inner steps, adds what is learned of it, and puts the parameters back.</summary>
    /// <param name="task">The task.</param>
    /// <param name="config">The steps, and whose gradient.</param>
    /// <param name="rate">The factor of each parameter on the inner rate.</param>
    public void Learn(MetaTask task, MetaConfig config, Func<string, double> rate)
    {
        using var adaptation = new Adaptation(parameters, config, rate);
        var loss = Enumerable.Range(0, config.InnerSteps).Sum(step => adaptation.Step(() => task.Step(step))) / config.InnerSteps;
        if (config.Outer == OuterLoop.FirstOrderMaml)
        {
            loss = adaptation.Differentiate(task.Query);
        }

        Add(adaptation, config, loss);
    }

    /// <summary>Adds a task's, where the parameters are φ. What is kept belongs to the scope around the caller's.</summary>
    /// <param name="adaptation">The task.</param>
    /// <param name="config">Whose gradient, and α.</param>
    /// <param name="loss">What is reported of the task.</param>
    public void Add(Adaptation adaptation, MetaConfig config, double loss)
    {
        using var quiet = no_grad();
        for (var place = 0; place < _sums.Length; place++)
        {
            var gradient = config.Outer == OuterLoop.Reptile
                ? adaptation.Displacement(place).Over(config.InnerRate)
                : parameters[place].Parameter.grad?.clone();
            if (gradient is not null && _sums[place] is { } sum)
            {
                sum.add_(gradient, Scalars.One);
            }
            else
            {
                _sums[place] ??= gradient?.MoveToOuterDisposeScope();
            }
        }

        (_tasks, _losses) = (_tasks + 1, _losses + loss);
    }

    /// <summary>Σ θ·g − Σ θ·g + loss, a scalar []: its gradient is g, the mean over tasks, and its value their mean loss. What
    /// <paramref name="learned"/> leaves out has none.</summary>
    public Tensor Objective(Func<string, bool> learned)
    {
        var linear = TensorMath.Full([], 0, ScalarType.Float64);
        foreach (var ((name, parameter), sum) in parameters.Zip(_sums))
        {
            if (sum is not null && learned(name))
            {
                linear = linear.Plus(parameter.mul(sum.Over(_tasks)).sum().to(ScalarType.Float64));
            }
        }

        return linear.Plus(linear.detach().negative()).Plus(_losses / _tasks);
    }
}
