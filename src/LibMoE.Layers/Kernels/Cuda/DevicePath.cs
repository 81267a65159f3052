using LibMoE.Runtime.Kernels.Dispatching;
using LibMoE.Runtime.Kernels.Portable;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Cuda;

/// <summary>
/// The expert computation for devices where the host must not wait: the order of the rows, their permutation and the combination are
/// libtorch operations with shapes that no pick changes, and both matmuls are grouped ones. Autograd derives the backward.
/// </summary>
/// <remarks>
/// Tests run it on the CPU, its shapes on the meta device, and on CUDA where there is a card. Widths that are no multiples of 8 take the
/// portable path, which reads the counts.
/// </remarks>
internal sealed class DevicePath(IGroupedMatmul matmul) : ExpertPath
{
    /// <summary>Grouped matmuls want rows of whole 16 bytes; 8 numbers are that in every type.</summary>
    private const int WholeWidth = 8;

    public override Tensor Run(Dispatch dispatch, ExpertGroup group, Tensor x_TD, Tensor? weights_TK, ScalarType compute)
    {
        if (group.Dim % WholeWidth != 0 || group.Hidden % WholeWidth != 0 || group.Output % WholeWidth != 0)
        {
            return new PortablePath().Run(dispatch, group, x_TD, weights_TK, compute);
        }

        var order = DeviceOrder.Sort(dispatch.Plan.Experts_TK, dispatch.First, dispatch.Experts);
        var outside_N1 = order.Outside_N.unsqueeze(1);

        // Rows after the group's own hold anything after a grouped matmul, in both directions: filling them stops them both ways.
        var x_PD = x_TD.unsqueeze(1).expand(-1, dispatch.Picks, -1).reshape(-1, group.Dim);
        var x_ND = Permute(x_PD, order.Pick_N).masked_fill(outside_N1, Scalars.Zero).to(compute);
        var h_NW = First(x_ND, group, compute, order.Offsets_F).masked_fill(outside_N1, Scalars.Zero);
        var a_NH = PortableExperts.Activate(group.Activation, h_NW, group.Glu);
        var y_ND = matmul.Multiply(a_NH, group.Down_FHO.to(compute), order.Offsets_F).masked_fill(outside_N1, Scalars.Zero).to(x_TD.dtype);
        if (weights_TK is not null)
        {
            y_ND = y_ND * Permute(weights_TK.reshape(-1), order.Pick_N).unsqueeze(1);
        }

        // Back in the order of the picks, the sum over those of a token has an order too.
        return Permute(y_ND, order.Row_N).reshape(dispatch.Outputs, dispatch.PicksPerOutput, -1).sum(1);
    }

    /// <summary>x·up + bias, the bias as one more row of up that a column of ones meets.</summary>
    private Tensor First(Tensor x_ND, ExpertGroup group, ScalarType compute, Tensor offsets_F)
    {
        var up_FDW = group.Up_FDW.to(compute);
        if (group.UpBias_FW is null)
        {
            return matmul.Multiply(x_ND, up_FDW, offsets_F);
        }

        Tensor Nothing(params long[] shape) => zeros(shape, compute, x_ND.device);
        var one_N1 = ones(new[] { x_ND.shape[0], 1 }, compute, x_ND.device);
        var x_NE = cat([x_ND, one_N1, Nothing(x_ND.shape[0], WholeWidth - 1)], 1);
        var up_FEW = cat([up_FDW, group.UpBias_FW.to(compute).unsqueeze(1), Nothing(group.Experts, WholeWidth - 1, group.Width)], 1);
        return matmul.Multiply(x_NE, up_FEW, offsets_F);
    }

    /// <summary>Rows in another order; each is taken once, so that its gradient is no sum in an order of chance.</summary>
    private static Tensor Permute(Tensor rows, Tensor index_N) => rows[TensorIndex.Tensor(index_N)];
}
