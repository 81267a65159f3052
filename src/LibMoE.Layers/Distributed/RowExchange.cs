using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Distributed;

/// <summary>The exchange of rows between ranks; its backward is the same with sent and received rows changed round.</summary>
internal sealed class RowExchange : ReleasingFunction<RowExchange>
{
    private const string Sent = "sent";
    private const string Received = "received";
    private const int Arguments = 6;

    /// <inheritdoc/>
    public override string Name => nameof(RowExchange);

    /// <summary>The rows for this rank, recorded where the rows want a gradient.</summary>
    public static Tensor Of(Ranks ranks, Tensor rows_ND, long[] sent_R, long[] received_R, string name) =>
        is_grad_enabled() && rows_ND.requires_grad
            ? apply(rows_ND, ranks, sent_R, received_R, name, new Journey(IsAwaited: true))
            : ranks.ExchangeRows(rows_ND, sent_R, received_R, name);

    /// <summary>Begins the exchange; the rows are there when the second has waited. Backward waits.</summary>
    public static (Tensor Rows_MD, PendingRows Arrival) Begin(
        Ranks ranks, Tensor rows_ND, long[] sent_R, long[] received_R, string name)
    {
        if (!is_grad_enabled() || !rows_ND.requires_grad)
        {
            var arrival = ranks.BeginExchangeRows(rows_ND, sent_R, received_R, name);
            return (arrival.Rows_MD, arrival);
        }

        var journey = new Journey(IsAwaited: false);
        return (apply(rows_ND, ranks, sent_R, received_R, name, journey), journey.Arrival!);
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        ctx.save_data(nameof(Ranks), vars[1]);
        ctx.save_data(Sent, vars[2]);
        ctx.save_data(Received, vars[3]);
        ctx.save_data(nameof(Name), vars[4]);
        var (ranks, rows_ND, sent_R, received_R, name) =
            ((Ranks)vars[1], (Tensor)vars[0], (long[])vars[2], (long[])vars[3], (string)vars[4]);
        var journey = (Journey)vars[5];
        if (journey.IsAwaited)
        {
            return ranks.ExchangeRows(rows_ND, sent_R, received_R, name);
        }

        journey.Arrival = ranks.BeginExchangeRows(rows_ND, sent_R, received_R, name);
        return journey.Arrival.Rows_MD;
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        var ranks = (Ranks)ctx.get_data(nameof(Ranks));
        var (sent_R, received_R) = ((long[])ctx.get_data(Sent), (long[])ctx.get_data(Received));
        var dRows_ND = ranks.ExchangeRows(upstream, received_R, sent_R, $"{ctx.get_data(nameof(Name))}, backward");
        return [dRows_ND, .. Enumerable.Repeat<Tensor>(null!, Arguments - 1)];
    }

    /// <summary>Whether rows are waited for, and, where not, what waits for them.</summary>
    private sealed record Journey(bool IsAwaited)
    {
        public PendingRows? Arrival { get; set; }
    }
}
