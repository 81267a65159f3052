using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Native;

/// <summary>
/// Gradients that no input fits, of which libtorch makes an error that the caller of a backward pass can catch; an exception that leaves a
/// function's backward method would end the process.
/// </summary>
internal static class RefusedGradients
{
    /// <summary>What a function's backward method returns: its gradients, or refusals where it may not or cannot compute them.</summary>
    /// <param name="name">The function, for the message.</param>
    /// <param name="wanted">Which arguments of forward want a gradient.</param>
    /// <param name="isSpent">Whether what it saved is gone.</param>
    /// <param name="compute">Computes the gradients.</param>
    /// <remarks>libtorch computes with recording on where gradients are to be differentiated again (<c>create_graph</c>). Those of a kernel
    /// are no part of a graph: their derivative would be taken for 0. TorchSharp's <c>autograd.grad</c> lets no libtorch error be
    /// caught: it ends the process, where <c>backward</c> throws.</remarks>
    public static List<Tensor> Unless(string name, IReadOnlyList<bool> wanted, bool isSpent, Func<List<Tensor>> compute)
    {
        if (isSpent)
        {
            return Refusals(wanted);
        }

        if (is_grad_enabled())
        {
            Console.Error.WriteLine($"error: Gradients of {name} cannot be differentiated again (create_graph).");
            return Refusals(wanted);
        }

        try
        {
            return compute();
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"error: The backward pass of {name} failed: {error.Message}");
            return Refusals(wanted);
        }
    }

    /// <summary>A complex number: no shape and no type of an input fits it.</summary>
    private static List<Tensor> Refusals(IReadOnlyList<bool> wanted) =>
        [.. wanted.Select(gradient => gradient ? zeros([], ScalarType.ComplexFloat32) : null!)];
}
