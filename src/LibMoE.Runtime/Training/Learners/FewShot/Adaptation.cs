using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>The parameters while they are one task's: from θ, step by step, to φ. Disposing it puts θ back, and the gradients that were
/// there before.</summary>
internal sealed class Adaptation : IDisposable
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _parameters;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<(Tensor Start, Tensor? Gradient)> _before;
    private readonly TaskOptimizer _optimizer;

    /// <summary>Begins a task.</summary>
    /// <param name="parameters">The parameters that are trained, by name.</param>
    /// <param name="config">How they are adapted.</param>
    /// <param name="rate">The factor of each on the learning rate; 0 leaves it.</param>
    public Adaptation(IReadOnlyList<(string Name, Parameter Parameter)> parameters, MetaConfig config, Func<string, double> rate)
    {
        using var quiet = no_grad();
        _parameters = parameters;
        _before = [.. parameters.Select(entry => (entry.Parameter.clone(), entry.Parameter.grad))];
        _optimizer = new TaskOptimizer(parameters, config, rate);
    }

    /// <summary>One inner step by the gradient of a loss, a scalar [], whose value before the step is returned.</summary>
    public double Step(Func<Tensor> loss)
    {
        var before = Differentiate(loss);
        _optimizer.Step();
        return before;
    }

    /// <summary>Gives the parameters the gradient of a loss, a scalar [], at φ, and returns its value.</summary>
    public double Differentiate(Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        using var on = enable_grad();
        foreach (var (_, parameter) in _parameters)
        {
            parameter.grad = null;
        }

        var scalar = loss();
        scalar.backward();
        return scalar.detach().to(ScalarType.Float64).item<double>();
    }

    /// <summary>θ − φ of a parameter.</summary>
    /// <param name="place">Which.</param>
    public Tensor Displacement(int place)
    {
        using var quiet = no_grad();
        return _before[place].Start.sub(_parameters[place].Parameter);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using (no_grad())
        {
            foreach (var ((_, parameter), (start, gradient)) in _parameters.Zip(_before))
            {
                parameter.copy_(start);
                parameter.grad = gradient;
            }
        }

        _optimizer.Dispose();
        _scope.Dispose();
    }
}
