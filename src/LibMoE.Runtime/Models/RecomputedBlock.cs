using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// A block that keeps nothing but its input for the backward pass and is computed a second time there (Chen et al. 2016). The second
/// pass draws the random numbers of the first, so the gradients are the same bit for bit.
/// </summary>
internal sealed class RecomputedBlock : autograd.MultiTensorFunction<RecomputedBlock>
{
    private const string Call = "call";
    private const string Wanted = "wanted";

    /// <inheritdoc/>
    public override string Name => nameof(RecomputedBlock);

    /// <summary>Runs a block; its output and routing are left in the caller's dispose scope.</summary>
    /// <param name="block">The block.</param>
    /// <param name="x_SLD">Its input.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="context">What its layer receives.</param>
    public static (Tensor x_SLD, Routing? Routing) Run(Block block, Tensor x_SLD, BlockPlace place, MoeContext context)
    {
        var call = new BlockCall(block, place, context);
        var outputs = apply(x_SLD, context.PreviousLogits!, call);
        return (outputs[0], call.Routing is { } routing ? WithGradients(routing, outputs) : null);
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var call = (BlockCall)vars[2];
        ctx.save_data(Call, call);
        ctx.save_data(Wanted, vars.Select(argument => argument is Tensor { requires_grad: true }).ToArray());
        // TorchSharp would make zeros like outputs that are disposed by then.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([(Tensor)vars[0], (Tensor)vars[1]]);
        using (var random = RandomState.Get())
        {
            call.Random = random.bytes.ToArray();
        }

        var (x_SLD, routing) = call.Block.Run((Tensor)vars[0], call.Place, call.Context);
        call.Routing = routing;
        return Differentiable(call, x_SLD, routing);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        HandedGradients.Release();
        var gradients = RefusedGradients.Unless(
            Name, (bool[])ctx.get_data(Wanted), isSpent: false, () => Gradients(ctx, grad_outputs));
        HandedGradients.Add(gradients);
        return gradients;
    }

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        var call = (BlockCall)ctx.get_data(Call);
        var saved = ctx.get_saved_variables();
        var x_SLD = Leaf(saved[0])!;
        var logits = Leaf(saved[1]);
        var outputs = Again(call, x_SLD, logits);
        var wanted = outputs.Zip(grad_outputs).Where(pair => pair is { First.requires_grad: true, Second.IsInvalid: false }).ToList();
        autograd.backward([.. wanted.Select(pair => pair.First)], [.. wanted.Select(pair => pair.Second)]);
        grad_outputs.ForEach(gradient => gradient?.Dispose());
        saved.ForEach(tensor => tensor?.Dispose());
        return [x_SLD.grad?.MoveToOuterDisposeScope()!, logits?.grad?.MoveToOuterDisposeScope()!, null!];
    }

    private static List<Tensor> Again(BlockCall call, Tensor x_SLD, Tensor? previousLogits)
    {
        var now = RandomState.Get();
        RandomState.Set(tensor(call.Random!));
        using var recorded = enable_grad();
        var (y_SLD, routing) = call.Block.Run(x_SLD, call.Place, PassedOn(call.Context, previousLogits));
        RandomState.Set(now);
        return Differentiable(call, y_SLD, routing);
    }

    private static MoeContext PassedOn(MoeContext context, Tensor? previousLogits) => new()
    {
        TokenIds = context.TokenIds,
        Mask = context.Mask,
        PreviousLogits = previousLogits,
        Step = context.Step,
        Losses = context.Losses,
        Reroute = context.Reroute,
        Recomputed = true,
    };

    private static Tensor? Leaf(Tensor? saved) =>
        saved is null || saved.IsInvalid ? null : saved.detach().requires_grad_(saved.is_floating_point());

    /// <summary>What a gradient may come back through: the output, the balancing terms' sum, and logits that the next
    /// layer may read.</summary>
    private static List<Tensor> Differentiable(BlockCall call, Tensor x_SLD, Routing? routing) => routing switch
    {
        null => [x_SLD],
        { Logits: { } logits } when call.Block.HandsLogitsOn => [x_SLD, routing.AuxiliaryLoss, logits],
        _ => [x_SLD, routing.AuxiliaryLoss],
    };

    private static Routing WithGradients(Routing routing, List<Tensor> outputs) => new(routing.Kind)
    {
        Scores = routing.Scores,
        Logits = outputs.ElementAtOrDefault(2) ?? routing.Logits,
        Experts = routing.Experts,
        Weights = routing.Weights,
        TokensPerExpert = routing.TokensPerExpert,
        Losses = routing.Losses,
        AuxiliaryLoss = outputs[1],
    };

    private sealed class BlockCall(Block block, BlockPlace place, MoeContext context)
    {
        public Block Block { get; } = block;

        public BlockPlace Place { get; } = place;

        public MoeContext Context { get; } = context;

        public byte[]? Random { get; set; }

        public Routing? Routing { get; set; }
    }
}
