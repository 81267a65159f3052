using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>Gradients of one scalar that every number of the output and every term has a share in.</summary>
internal static class KitGradients
{
    /// <summary>Σ y ⊙ G + auxiliary loss, with fixed numbers G.</summary>
    public static Tensor Objective(MoeOutput output)
    {
        using var generator = new Generator(5);
        var g = randn(output.Hidden.shape, ScalarType.Float32, generator: generator).to(output.Hidden.dtype, output.Hidden.device);
        return (output.Hidden * g).sum().Plus(output.Routing.AuxiliaryLoss.to(output.Hidden.dtype));
    }

    /// <summary>Runs a layer forward and backward.</summary>
    public static (MoeOutput Output, IReadOnlyDictionary<string, Tensor?> Gradients) Of(MoeLayer layer, KitCall call)
    {
        layer.zero_grad();
        call.X.grad = null;
        var output = layer.forward(call.X, call.Context);
        Backward(output);
        var gradients = layer.named_parameters().Where(entry => entry.parameter.requires_grad)
            .ToDictionary(entry => entry.name, entry => Copy(entry.parameter.grad));
        gradients["x"] = Copy(call.X.grad);
        return (output, gradients);
    }

    /// <summary>Runs the oracle forward and backward.</summary>
    public static (MoeOutput Output, IReadOnlyDictionary<string, Tensor?> Gradients) Of(
        KitOracle oracle, KitCall call, bool training = false)
    {
        var leaves = oracle.Parameters.Names.ToDictionary(name => name, oracle.Parameters.Leaf);
        foreach (var leaf in leaves.Values)
        {
            leaf.grad = null;
        }

        var reference = call.InFloat64();
        var output = oracle.Run(reference, training);
        Backward(output);
        var gradients = leaves.Where(entry => entry.Value.requires_grad).ToDictionary(entry => entry.Key, entry => Copy(entry.Value.grad));
        gradients["x"] = Copy(reference.X.grad);
        return (output, gradients);
    }

    /// <summary>A call in which nothing that is trained has a part has nothing to differentiate.</summary>
    private static void Backward(MoeOutput output)
    {
        var objective = Objective(output);
        if (objective.requires_grad)
        {
            objective.backward();
        }
    }

    private static Tensor? Copy(Tensor? gradient) => gradient?.detach().clone();
}
