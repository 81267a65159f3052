using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019). With g the gradient, t the parameter's step from 1:
/// θ ← θ·(1 − η·λ); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; θ ← θ − η·(m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε).
/// A parameter without a gradient stays as it is.
/// </summary>
/// <remarks>libtorch's fused step updates all parameters in one call; TorchSharp does not wrap it, TorchScript reaches it.</remarks>
internal sealed class AdamW : IDisposable
{
    private const string Source = """
        def step(parameters: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor],
                 rate: float, beta1: float, beta2: float, decay: float, epsilon: float):
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(parameters, gradients, means, squares, [], steps, lr=rate, beta1=beta1, beta2=beta2,
                                weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
            return steps[0]

        """;

    private static readonly Lazy<jit.CompilationUnit> s_script = new(() => jit.compile(Source));

    private readonly TrainingConfig _config;
    private readonly IReadOnlyList<Slot> _slots;

    /// <summary>Starts with moments of 0.</summary>
    /// <param name="parameters">The parameters by name; those that need no gradient are left out.</param>
    /// <param name="config">β₁, β₂, ε and λ, which <see cref="WeightDecay"/> gives to matrices only.</param>
    public AdamW(IEnumerable<(string Name, Parameter Parameter)> parameters, TrainingConfig config)
    {
        _config = config;
        _slots = [.. parameters.Where(entry => entry.Parameter.requires_grad).Select(entry => new Slot(entry.Name, entry.Parameter))];
    }

    /// <summary>The optimised parameters.</summary>
    public IEnumerable<Parameter> Parameters => _slots.Select(slot => slot.Parameter);

    /// <summary>The moments and steps, as a checkpoint holds them: <c>mean.</c>, <c>square.</c> and <c>step.</c>, each with the parameter's name.</summary>
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

    /// <summary>Updates the parameters from their gradients.</summary>
    /// <param name="learningRate">η.</param>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var groups = _slots.Where(slot => slot.Parameter.grad is not null).GroupBy(slot => WeightDecay.Applies(slot.Name, slot.Parameter));
        foreach (var group in groups)
        {
            var slots = group.ToList();
            s_script.Value.invoke(
                "step",
                slots.Select(slot => (Tensor)slot.Parameter).ToArray(),
                slots.Select(slot => slot.Parameter.grad!).ToArray(),
                slots.Select(slot => slot.Mean).ToArray(),
                slots.Select(slot => slot.Square).ToArray(),
                slots.Select(slot => slot.Step).ToArray(),
                learningRate,
                _config.Beta1,
                _config.Beta2,
                group.Key ? _config.WeightDecay : 0.0,
                _config.Epsilon);
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

    /// <summary>One parameter with its moments m and v and its step t.</summary>
    private sealed class Slot(string name, Parameter parameter) : IDisposable
    {
        public string Name { get; } = name;

        public Parameter Parameter { get; } = parameter;

        public Tensor Mean { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Square { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Step { get; } = zeros([], ScalarType.Float32, parameter.device).DetachFromDisposeScope();

        public void Dispose()
        {
            Mean.Dispose();
            Square.Dispose();
            Step.Dispose();
        }
    }
}
