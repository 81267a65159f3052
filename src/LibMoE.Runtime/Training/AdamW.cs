using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). With g the gradient, t the parameter's step from 1:
/// θ ← θ·(1 − η·λ); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; θ ← θ − η·(m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε).
/// A parameter without a gradient stays as it is.
/// </summary>
/// <remarks>The arithmetic is <see cref="FusedAdamW"/>'s; this keeps the state.</remarks>
internal sealed class AdamW : IDisposable
{
    private readonly TrainingConfig _config;
    private readonly IReadOnlyList<Slot> _slots;

    /// <summary>Starts with moments of 0.</summary>
    /// <param name="parameters">The parameters by name; those that need no gradient are left out.</param>
    /// <param name="config">β₁, β₂, ε and λ, which <see cref="WeightDecay"/> gives to matrices only.</param>
    /// <param name="rate">Each parameter's factor on the learning rate, by its name; null is 1 for all.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, TrainingConfig config, Func<string, double>? rate = null)
    {
        _config = config;
        _slots =
        [
            .. parameters.Where(entry => entry.Parameter.requires_grad)
                .Select(entry => new Slot(entry.Name, entry.Parameter, rate?.Invoke(entry.Name) ?? 1)),
        ];
    }

    /// <summary>The optimised parameters.</summary>
    public IEnumerable<Parameter> Parameters => _slots.Select(slot => slot.Parameter);

    /// <summary>The moments and steps, as a checkpoint holds them: <c>mean.</c>, <c>square.</c> and <c>step.</c>,
    /// each with the parameter's name.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _slots.SelectMany(slot => new[]
    {
        ("mean." + slot.Name, slot.Mean),
        ("square." + slot.Name, slot.Square),
        ("step." + slot.Name, slot.Step),
    });

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad = null;
        }
    }

    /// <summary>The Euclidean norm of all gradients together.</summary>
    /// <param name="of">Which parameters'; null is all.</param>
    public double GradientNorm(Func<Parameter, bool>? of = null)
    {
        using var scope = NewDisposeScope();
        return FusedAdamW.Norm([.. Moving().Where(slot => of?.Invoke(slot.Parameter) != false).Select(slot => slot.Parameter.grad!)]);
    }

    /// <summary>Updates the parameters from their gradients.</summary>
    /// <param name="learningRate">η, which each parameter's factor multiplies.</param>
    /// <param name="gradientScale">Multiplies every gradient first: the factor of clipping.</param>
    public void Step(double learningRate, double gradientScale = 1)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var part in Moving().GroupBy(slot => slot.Rate))
        {
            FusedAdamW.Apply(
                [.. part.Select(Update)], learningRate * part.Key, _config.Beta1, _config.Beta2, _config.Epsilon, gradientScale);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }

    private IEnumerable<Slot> Moving() => _slots.Where(slot => slot.Parameter.grad is not null);

    private AdamWUpdate Update(Slot slot)
    {
        slot.Step.add_(Scalars.One, Scalars.One);
        var decay = WeightDecay.Applies(slot.Name, slot.Parameter) ? _config.WeightDecay : 0;
        return new AdamWUpdate(slot.Parameter, slot.Parameter.grad!, slot.Mean, slot.Square, (long)slot.Step.item<float>(), decay);
    }

    /// <summary>One parameter with its moments m and v and its step t, which the host keeps.</summary>
    private sealed class Slot(string name, Parameter parameter, double rate) : IDisposable
    {
        public double Rate { get; } = rate;

        public string Name { get; } = name;

        public Parameter Parameter { get; } = parameter;

        public Tensor Mean { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Square { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Step { get; } = zeros([], ScalarType.Float32).DetachFromDisposeScope();

        public void Dispose()
        {
            Mean.Dispose();
            Square.Dispose();
            Step.Dispose();
        }
    }
}
