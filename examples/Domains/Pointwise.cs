using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Domains;

/// <summary>A convolution of one pixel, as the product that it is: for such a convolution and one thread, libtorch looks for NNPACK, and
/// warns at every call where the processor does not have what that needs.</summary>
internal static class Pointwise
{
    /// <summary>What the convolution gives, [N, to, rows, columns].</summary>
    /// <param name="conv">From so many channels to so many, with a bias; its kernel is one pixel.</param>
    /// <param name="x_NCHW">[N, from, rows, columns].</param>
    public static Tensor OfEach(Conv2d conv, Tensor x_NCHW)
    {
        var y_NOP = matmul(conv.weight.flatten(1), x_NCHW.flatten(2)).Plus(conv.bias!.unsqueeze(1));
        return y_NOP.view(x_NCHW.shape[0], -1, x_NCHW.shape[2], x_NCHW.shape[3]);
    }
}
