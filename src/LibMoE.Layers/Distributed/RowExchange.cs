using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>The exchange of rows between ranks; its backward is the same with sent and received rows changed round.</summary>
internal sealed class RowExchange : autograd.SingleTensorFunction<RowExchange>
{
    private const string Sent = "sent";
    private const string Received = "received";

    /// <inheritdoc/>
    public override string Name => nameof(RowExchange);

    /// <summary>The rows for this rank, recorded where the rows want a gradient.</summary>
    public static Tensor Of(Ranks ranks, Tensor rows_ND, long[] sent_R, long[] received_R, string name) =>
        is_grad_enabled() && rows_ND.requires_grad
            ? apply(rows_ND, ranks, sent_R, received_R, name)
            : ranks.ExchangeRows(rows_ND, sent_R, received_R, name);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(Ranks), vars[1]);
        ctx.save_data(Sent, vars[2]);
        ctx.save_data(Received, vars[3]);
        ctx.save_data(nameof(Name), vars[4]);
        return ((Ranks)vars[1]).ExchangeRows((Tensor)vars[0], (long[])vars[2], (long[])vars[3], (string)vars[4]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var ranks = (Ranks)ctx.get_data(nameof(Ranks));
        var (sent_R, received_R) = ((long[])ctx.get_data(Sent), (long[])ctx.get_data(Received));
        var dRows_ND = ranks.ExchangeRows(grad_output, received_R, sent_R, $"{ctx.get_data(nameof(Name))}, backward");
        grad_output.Dispose();
        return [dRows_ND, null!, null!, null!, null!];
    }
}
