using LibMoE.Runtime.Kernels.Dispatching;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The order in which the rows of a call are computed: every (token, slot) pair with an expert is one row; rows are sorted by expert and,
/// within an expert, by token and then by slot. The expert groups, counts and diagnostics of a layer share one plan.
/// </summary>
/// <remarks>Its tensors live in the caller's DisposeScope; what backward needs of them, the autograd graph keeps alive.</remarks>
public sealed class RoutingPlan
{
    private readonly int _slots;
    private HostPlan? _host;

    private RoutingPlan(Tensor experts_TK, int slots, HostPlan? host, Tensor tokensPerExpert)
    {
        (Experts_TK, _slots, _host, TokensPerExpert) = (experts_TK, slots, host, tokensPerExpert);
        (Tokens, Picks) = ((int)experts_TK.shape[0], (int)experts_TK.shape[1]);
    }

    /// <summary>How many rows each routable slot has: int64 [E], in the caller's DisposeScope.</summary>
    public Tensor TokensPerExpert { get; }

    /// <summary>The picks, int64 [T, K].</summary>
    internal Tensor Experts_TK { get; }

    /// <summary>T, the tokens of the call.</summary>
    internal int Tokens { get; }

    /// <summary>K, the picks of a token.</summary>
    internal int Picks { get; }

    /// <summary>The order as the host knows it. On a device, reading it waits for the device:
    /// paths that must not wait do without.</summary>
    internal HostPlan Host => _host ??= HostPlan.Sort(Experts_TK, _slots);

    /// <summary>Sorts the picks of a call by expert.</summary>
    /// <param name="experts_TK">int64 [T, K], each entry in [0, <paramref name="slots"/>), or −1 for an empty pick.</param>
    /// <param name="slots">E, the routable slots of the layer.</param>
    /// <exception cref="ArgumentException">A pick names a slot that the layer does not have (found on the CPU only: elsewhere, looking
    /// would mean waiting for the device), or the tensor is not int64 [T, K].</exception>
    public static RoutingPlan Sort(Tensor experts_TK, int slots)
    {
        if (experts_TK.dtype != ScalarType.Int64 || experts_TK.dim() != 2)
        {
            throw new ArgumentException(
                $"The picks must be int64 [T, K], not {experts_TK.dtype} with {experts_TK.dim()} dimensions.", nameof(experts_TK));
        }

        if (experts_TK.device_type != DeviceType.CPU)
        {
            return new RoutingPlan(experts_TK, slots, null, DeviceOrder.Counts(experts_TK, slots));
        }

        var host = HostPlan.Sort(experts_TK, slots);
        return new RoutingPlan(experts_TK, slots, host, tensor(host.Counts(0, slots)));
    }

    /// <summary>The plan of rows that are sorted by expert already.</summary>
    internal static RoutingPlan Sorted(long[] counts_F, Device device)
    {
        var tokensPerExpert = tensor(counts_F, device: device);
        var expert_N1 = TensorMath.Range(counts_F.Length, ScalarType.Int64, device).repeat_interleave(tokensPerExpert).unsqueeze(1);
        return new RoutingPlan(expert_N1, counts_F.Length, HostPlan.Sorted(counts_F), tokensPerExpert);
    }
}
