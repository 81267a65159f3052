using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Federated.Arrays;

/// <summary>The parameters of a model that a federation shares, in the order of their registration: the order in which both sides know
/// them. Buffers, such as the counts behind a balancing bias, stay where they are.</summary>
internal sealed class SharedParameters
{
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> _all;

    /// <summary>Takes all that are not local.</summary>
    /// <param name="model">The model.</param>
    /// <param name="local">Parts that stay.</param>
    /// <param name="localNames">Further beginnings of names, separated by commas, that stay.</param>
    /// <exception cref="ConfigurationException">Something is to stay that the model does not have, or nothing is left to share.</exception>
    public SharedParameters(nn.Module model, LocalParts local, string localNames)
    {
        List<(string Name, Parameter Parameter)> all = [.. model.named_parameters().Select(entry => (entry.name, entry.parameter))];
        var beginnings = localNames.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var part in Enum.GetValues<LocalParts>().Where(part => part != LocalParts.None && local.HasFlag(part)))
        {
            if (!all.Any(entry => IsOf(part, entry.Name)))
            {
                throw new ConfigurationException($"Federated:Local is {local}; the model has no parameter of {part}.");
            }
        }

        foreach (var beginning in beginnings)
        {
            if (!all.Any(entry => Begins(entry.Name, beginning)))
            {
                throw new ConfigurationException($"Federated:LocalNames has '{beginning}', with which the name of no parameter begins.");
            }
        }

        _all =
        [
            .. all.Where(entry => !Enum.GetValues<LocalParts>().Any(part => local.HasFlag(part) && IsOf(part, entry.Name))
                && !beginnings.Any(beginning => Begins(entry.Name, beginning))),
        ];
        if (_all.Count == 0)
        {
            throw new ConfigurationException("Federated:Local and Federated:LocalNames keep every parameter; nothing is left to share.");
        }
    }

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => _all.Select(entry => entry.Name);

    /// <summary>Copies of all.</summary>
    public IReadOnlyList<NpyArray> Read()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return [.. _all.Select(entry => new NpyArray(
            entry.Parameter.shape, [.. entry.Parameter.detach().to(ScalarType.Float32).cpu().contiguous().data<float>()]))];
    }

    /// <summary>Puts others in their place.</summary>
    /// <exception cref="InvalidDataException">They do not fit, or are not finite; nothing is changed.</exception>
    public void Write(IReadOnlyList<NpyArray> arrays)
    {
        if (arrays.Count != _all.Count)
        {
            throw new InvalidDataException($"{arrays.Count} arrays came; {_all.Count} are shared, from {_all[0].Name} to {_all[^1].Name}");
        }

        foreach (var ((name, parameter), array) in _all.Zip(arrays))
        {
            if (ArrayFault.Of(array, parameter.shape) is { } fault)
            {
                throw new InvalidDataException($"{name} {fault}");
            }
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var ((_, parameter), array) in _all.Zip(arrays))
        {
            parameter.copy_(tensor(array.Values, parameter.shape));
        }
    }

    /// <summary>½·Σ‖w − w₀‖², with its gradient, a scalar [].</summary>
    /// <param name="begin_P">w₀: where the round began.</param>
    public Tensor HalfSquaredDistance(IReadOnlyList<Tensor> begin_P) => _all.Zip(begin_P)
        .Select(pair => pair.First.Parameter.sub(pair.Second).Squared().sum())
        .Aggregate((sum, term) => sum.Plus(term)).Times(0.5);

    /// <summary>Copies of all as tensors, which belong to the caller.</summary>
    public IReadOnlyList<Tensor> Copies() => [.. _all.Select(entry => entry.Parameter.detach().clone().DetachFromDisposeScope())];

    private static bool IsOf(LocalParts part, string name) => part switch
    {
        LocalParts.Router => name.Split('.').Contains("router"),
        LocalParts.Experts => name.Split('.').Contains("experts"),
        LocalParts.Bias => name.Split('.')[^1] == "bias",
        _ => false,
    };

    private static bool Begins(string name, string beginning) =>
        name == beginning || name.StartsWith(beginning.TrimEnd('.') + ".", StringComparison.Ordinal);
}
