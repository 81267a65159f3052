using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// The exponential moving average of the parameters (Polyak and Juditsky 1992): a ← d·a + (1 − d)·θ, from a = θ at the start. Buffers and
/// frozen parameters are not averaged.
/// </summary>
internal sealed class ParameterAverage : IDisposable
{
    private readonly double _decay;
    private readonly IReadOnlyList<(string Name, Parameter Parameter, Tensor Average)> _slots;

    /// <summary>Starts at the parameters' values.</summary>
    /// <param name="parameters">The parameters by name.</param>
    /// <param name="decay">d.</param>
    public ParameterAverage(IEnumerable<(string Name, Parameter Parameter)> parameters, double decay)
    {
        _decay = decay;
        _slots =
        [
            .. parameters.Where(entry => entry.Parameter.requires_grad)
                .Select(entry => (entry.Name, entry.Parameter, entry.Parameter.detach().clone().DetachFromDisposeScope())),
        ];
    }

    /// <summary>The averages by the parameters' names.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _slots.Select(slot => (slot.Name, slot.Average));

    /// <summary>Follows the parameters after a step.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (_, parameter, average) in _slots)
        {
            average.lerp_(parameter, 1 - _decay);
        }
    }

    /// <summary>Puts the averages in the parameters' place until the result is disposed.</summary>
    public IDisposable Use()
    {
        Swap();
        return new InUse(this);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Average.Dispose();
        }
    }

    private void Swap()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var (_, parameter, average) in _slots)
        {
            var values = parameter.clone();
            parameter.copy_(average);
            average.copy_(values);
        }
    }

    private sealed class InUse(ParameterAverage average) : IDisposable
    {
        public void Dispose() => average.Swap();
    }
}
