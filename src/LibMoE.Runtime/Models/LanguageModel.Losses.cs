using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <content>Losses for which the logits of all tokens never exist at once (<see cref="HeadLoss"/>).</content>
public sealed partial class LanguageModel
{
    /// <summary>The mean loss of the tokens that follow, in nats, and what the MoE layers did.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64.</param>
    /// <param name="targets_SL">The token after each of them, int64 [S, L].</param>
    /// <param name="context">Passed on to the MoE layers.</param>
    /// <returns>A scalar [], and the routings; all belong to the caller's dispose scope.</returns>
    internal (Tensor Loss, IReadOnlyList<Routing> Routings) Loss(Tensor ids_SL, Tensor targets_SL, MoeContext context)
    {
        using var scope = NewDisposeScope();
        var (x_SLD, routings) = ReadFromStart(ids_SL, context);
        return (HeadLoss.Mean(x_SLD.flatten(0, 1), targets_SL.reshape(-1), Head).MoveToOuterDisposeScope(), routings);
    }

    /// <summary>As <see cref="Loss"/>, of the labelled tokens alone (<see cref="AnswerLoss.Mean"/>); the head does not read the
    /// others.</summary>
    /// <param name="ids_SL">Token ids [S, L] int64.</param>
    /// <param name="labels_SL">The id of each token that is to be predicted, <see cref="AnswerLoss.Ignored"/> for the others.</param>
    /// <param name="context">Passed on to the MoE layers.</param>
    /// <param name="embedded_SLD">What the blocks start from, [S, L, D], where some vectors are no tokens' own; null: the tokens'
    /// own.</param>
    internal (Tensor Loss, IReadOnlyList<Routing> Routings) LossOfAnswers(
        Tensor ids_SL, Tensor labels_SL, MoeContext context, Tensor? embedded_SLD = null)
    {
        using var scope = NewDisposeScope();
        var (x_SLD, routings) = ReadFromStart(ids_SL, context, embedded_SLD);
        var before = ids_SL.shape[1] - 1;
        var labels_T = labels_SL.narrow(1, 1, before).reshape(-1);
        var labelled_N = labels_T.Is(AnswerLoss.Ignored).logical_not().nonzero().squeeze(1);
        var hidden_ND = x_SLD.narrow(1, 0, before).flatten(0, 1).index_select(0, labelled_N);
        var loss = labelled_N.shape[0] == 0
            ? hidden_ND.sum()
            : HeadLoss.Mean(hidden_ND, labels_T.index_select(0, labelled_N), Head);
        return (loss.MoveToOuterDisposeScope(), routings);
    }

    /// <summary>As <see cref="Loss"/>, for each token [S, L], without gradients.</summary>
    internal (Tensor Losses_SL, IReadOnlyList<Routing> Routings) Losses(Tensor ids_SL, Tensor targets_SL, MoeContext context)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (x_SLD, routings) = ReadFromStart(ids_SL, context);
        var losses_T = HeadLoss.Losses(x_SLD.flatten(0, 1), targets_SL.reshape(-1), Head);
        return (losses_T.reshape(targets_SL.shape).MoveToOuterDisposeScope(), routings);
    }

    /// <summary>What the head reads of texts, and the routings, which leave the caller's scope.</summary>
    private (Tensor x_SLD, IReadOnlyList<Routing> Routings) ReadFromStart(
        Tensor ids_SL, MoeContext context, Tensor? embedded_SLD = null)
    {
        Check(ids_SL, position: 0);
        var (x_SLD, routings) = RunBlocks(embedded_SLD ?? Embed(ids_SL), ids_SL, context, new BlockPlace(0, 0, null));
        routings.ForEach(routing => routing.MoveToOuterDisposeScope());
        return (x_SLD, routings);
    }
}
