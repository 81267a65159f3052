using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>The parameters and buffers of one layer by their state-dict names, as the oracle reads them: in float64.</summary>
public sealed class OracleParameters
{
    private readonly IReadOnlyDictionary<string, Tensor> _state;

    /// <summary>Reads from a state dict. Tensors that are float64 already are used as they are, so that gradients reach them.</summary>
    /// <param name="state">Tensors of any shapes [..] by the names of design's state dict, such as <c>router.weight</c>.</param>
    public OracleParameters(IReadOnlyDictionary<string, Tensor> state) => _state = state;

    /// <summary>The names that have a tensor.</summary>
    public IEnumerable<string> Names => _state.Keys;

    /// <summary>The parameter of that name, of its own shape [..], in float64.</summary>
    /// <param name="name">Its name in the state dict.</param>
    /// <returns>The parameter, of its own shape [..], or null.</returns>
    /// <exception cref="ArgumentException">There is none; the message lists the names there are.</exception>
    public Tensor this[string name] => Find(name)
        ?? throw new ArgumentException(
            $"The state dict has no '{name}'; it has {string.Join(", ", _state.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>Float64 copies of a layer's parameters and buffers on the CPU; what the layer trains are leaves with gradients.</summary>
    public static OracleParameters Copy(MoeLayer layer)
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in layer.named_parameters())
        {
            state[name] = Leaf(parameter).requires_grad_(parameter.requires_grad);
        }

        foreach (var (name, buffer) in layer.named_buffers())
        {
            state[name] = Leaf(buffer);
        }

        return new OracleParameters(state);

        static Tensor Leaf(Tensor tensor) => tensor.detach().to(ScalarType.Float64, CPU, copy: true);
    }

    /// <summary>The parameter of that name, in float64, or null.</summary>
    /// <param name="name">Its name in the state dict.</param>
    /// <returns>The parameter, of its own shape [..], or null.</returns>
    public Tensor? Find(string name) => _state.TryGetValue(name, out var tensor) ? tensor.to(ScalarType.Float64) : null;

    /// <summary>The tensor of that name as it was given, with its gradient where it is a leaf.</summary>
    /// <param name="name">Its name in the state dict.</param>
    /// <returns>The tensor, of its own shape [..].</returns>
    public Tensor Leaf(string name) => _state[name];
}
