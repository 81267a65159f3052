using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). With g the gradient, t the parameter's step from 1:
/// θ ← θ·(1 − η·λ); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; θ ← θ − η·(m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε).
/// A parameter without a gradient stays as it is.
/// </summary>
/// <remarks>The arithmetic is <see cref="FusedAdamW"/>'s; this keeps the state. Where ranks split it, each has the state of a range of all
/// numbers and updates that range; then all give each other what they updated, so that parameters are the same bits everywhere.</remarks>
internal sealed class AdamW : IDisposable
{
    private readonly TrainingConfig _config;
    private readonly IReadOnlyList<TrainedParameter> _parameters;
    private readonly IReadOnlyList<OptimizerSlot> _slots;
    private readonly WeightExchange? _exchange;

    /// <summary>Starts with moments of 0.</summary>
    /// <param name="parameters">The parameters by name; those that need no gradient are left out.</param>
    /// <param name="config">β₁, β₂, ε and λ, which <see cref="WeightDecay"/> gives to matrices only.</param>
    /// <param name="rate">Each parameter's factor on the learning rate, by its name; null is 1 for all.</param>
    /// <param name="ranks">The processes that split the state where their options say so; null is one.</param>
    public AdamW(
        IEnumerable<(string Name, Parameter Parameter)> parameters, TrainingConfig config, Func<string, double>? rate = null,
        Ranks? ranks = null)
    {
        _config = config;
        _parameters =
        [
            .. parameters.Where(entry => entry.Parameter.requires_grad)
                .Select(entry => new TrainedParameter(entry.Name, entry.Parameter, rate?.Invoke(entry.Name) ?? 1)),
        ];
        var split = ranks is { Size: > 1, Options.SplitOptimizer: true };
        var parts = StatePart.Divide(
            [.. _parameters.Select(parameter => (parameter.Name, parameter.Parameter.numel()))], split ? ranks!.Size : 1);
        var named = _parameters.ToDictionary(parameter => parameter.Name);
        _slots = [.. parts[split ? ranks!.Rank : 0].Select(part => new OptimizerSlot(named[part.Name], part))];
        _exchange = split
            ? new WeightExchange(ranks!, [.. parts.Select(own => own.Select(part => (named[part.Name].Parameter, part)).ToList())])
            : null;
    }

    /// <summary>The optimised parameters.</summary>
    public IEnumerable<Parameter> Parameters => _parameters.Select(parameter => parameter.Parameter);

    /// <summary>The optimised parameters by name.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> Named =>
        _parameters.Select(parameter => (parameter.Name, parameter.Parameter));

    /// <summary>Whether other ranks have parts of the state.</summary>
    public bool IsSplit => _exchange is not null;

    /// <summary>Bytes of the state that this process has.</summary>
    public long StateBytes => _slots.Sum(slot => slot.Bytes);

    /// <summary>The moments and steps that this process has, as a checkpoint holds them: <c>mean.</c>, <c>square.</c> and <c>step.</c>,
    /// each with the parameter's name, and its range where it is a part.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => Stored.Select(entry => (entry.Part.StoredName, entry.Value));

    /// <summary>The same, with the part that each is of.</summary>
    public IEnumerable<(StatePart Part, Tensor Value)> Stored => _slots.SelectMany(slot => new[]
    {
        (slot.Part with { Name = "mean." + slot.Part.Name }, slot.Mean),
        (slot.Part with { Name = "square." + slot.Part.Name }, slot.Square),
        (slot.Part with { Name = "step." + slot.Part.Name }, slot.Step),
    });

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Parameter.grad = null;
        }
    }

    /// <summary>The Euclidean norm of all gradients together.</summary>
    /// <param name="of">Which parameters'; null is all.</param>
    public double GradientNorm(Func<Parameter, bool>? of = null)
    {
        using var scope = NewDisposeScope();
        return FusedAdamW.Norm(
            [.. Parameters.Where(parameter => parameter.grad is not null && of?.Invoke(parameter) != false).Select(parameter => parameter.grad!)]);
    }

    /// <summary>Updates the parameters from their gradients.</summary>
    /// <param name="learningRate">η, which each parameter's factor multiplies.</param>
    /// <param name="gradientScale">Multiplies every gradient first: the factor of clipping.</param>
    public void Step(double learningRate, double gradientScale = 1)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var part in _slots.Where(slot => slot.Of.Parameter.grad is not null).GroupBy(slot => slot.Of.Rate))
        {
            FusedAdamW.Apply(
                [.. part.Select(Update)], learningRate * part.Key, _config.Beta1, _config.Beta2, _config.Epsilon, gradientScale);
        }

        _exchange?.Run();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }

    private AdamWUpdate Update(OptimizerSlot slot)
    {
        var (_, parameter, _) = slot.Of;
        slot.Step.add_(Scalars.One, Scalars.One);
        var decay = WeightDecay.Applies(slot.Of.Name, parameter) ? _config.WeightDecay : 0;
        return new AdamWUpdate(
            slot.Numbers(parameter), slot.Numbers(parameter.grad!.contiguous()), slot.Mean, slot.Square, (long)slot.Step.item<float>(),
            decay);
    }
}
