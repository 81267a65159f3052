using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>Both passes of causal attention.</summary>
internal abstract class AttentionKernel
{
    /// <summary>The kernel of a vector width in numbers: 16, 8 or 1, which divides the channels.</summary>
    public static AttentionKernel Create(TorchLibrary torch, int lanes) => lanes switch
    {
        16 => new AttentionKernel<Lanes512>(torch),
        8 => new AttentionKernel<Lanes256>(torch),
        1 => new AttentionKernel<SingleLane>(torch),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "There are kernels for 16, 8 and 1 lanes."),
    };

    /// <summary>Mixes values.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="inputs">What is mixed.</param>
    /// <param name="sums_2SAL">Where what backward needs goes; null keeps nothing.</param>
    /// <param name="output_SALW">The result.</param>
    public abstract void Forward(AttentionSizes sizes, AttentionInputs inputs, Tensor? sums_2SAL, Tensor output_SALW);

    /// <summary>Writes the gradients that are wanted.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="inputs">What was mixed.</param>
    /// <param name="sums_2SAL">What forward kept.</param>
    /// <param name="upstream_SALW">The gradient to the result.</param>
    /// <param name="gradients">Where the gradients go.</param>
    public abstract void Backward(
        AttentionSizes sizes, AttentionInputs inputs, Tensor sums_2SAL, Tensor upstream_SALW, AttentionGradients gradients);
}

/// <summary>What attention reads; channels stand side by side.</summary>
/// <param name="Query_SALC">Queries.</param>
/// <param name="Key_SGPC">Keys.</param>
/// <param name="Value_SGPW">Values.</param>
internal readonly record struct AttentionInputs(Tensor Query_SALC, Tensor Key_SGPC, Tensor Value_SGPW);

/// <summary>The gradients to <see cref="AttentionInputs"/>; null where nobody asks.</summary>
/// <param name="Query_SALC">To queries.</param>
/// <param name="Key_SGPC">To keys.</param>
/// <param name="Value_SGPW">To values.</param>
internal readonly record struct AttentionGradients(Tensor? Query_SALC, Tensor? Key_SGPC, Tensor? Value_SGPW);

/// <inheritdoc/>
internal sealed unsafe class AttentionKernel<TLanes>(TorchLibrary torch) : AttentionKernel
    where TLanes : struct, ILanes<TLanes>
{
    public override void Forward(AttentionSizes sizes, AttentionInputs inputs, Tensor? sums_2SAL, Tensor output_SALW)
    {
        if ((sizes.Channels | sizes.ValueChannels) % TLanes.Count != 0)
        {
            throw new ArgumentException(
                $"Vectors of {TLanes.Count} numbers do not divide {sizes.Channels} and {sizes.ValueChannels} channels.", nameof(sizes));
        }

        new ForwardPass<TLanes>(sizes)
        {
            Query = new(torch, inputs.Query_SALC),
            Key = new(torch, inputs.Key_SGPC),
            Value = new(torch, inputs.Value_SGPW),
            Sums = new((float*)torch.Pointer(sums_2SAL), sizes.Tokens, sizes.Sequences * sizes.Heads),
            Output = new(torch, output_SALW),
        }.Run(torch);
    }

    public override void Backward(
        AttentionSizes sizes, AttentionInputs inputs, Tensor sums_2SAL, Tensor upstream_SALW, AttentionGradients gradients) =>
        new BackwardPass<TLanes>(sizes)
        {
            Query = new(torch, inputs.Query_SALC),
            Key = new(torch, inputs.Key_SGPC),
            Value = new(torch, inputs.Value_SGPW),
            Sums = new((float*)torch.Pointer(sums_2SAL), sizes.Tokens, sizes.Sequences * sizes.Heads),
            Upstream = new(torch, upstream_SALW),
            DQuery = Place(gradients.Query_SALC),
            DKey = Place(gradients.Key_SGPC),
            DValue = Place(gradients.Value_SGPW),
        }.Run(torch);

    private HeadTensor? Place(Tensor? x) => x is null ? null : new(torch, x);
}
