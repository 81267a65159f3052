using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Generation;

/// <summary>Puts the picks of texts that are rerouted (<see cref="BatchedText.Reroute"/>) into a call's rows; those of other texts keep
/// what their layer decided.</summary>
internal static class TextPicks
{
    /// <summary>The rerouting of a call, for <see cref="LanguageModel.Disturbance"/>; null where no text is rerouted.</summary>
    /// <param name="texts">The call's texts.</param>
    /// <param name="joined">Where each stands, in the same order.</param>
    public static Func<MoeLayer, Routing, Tensor, Picks>? Of(IReadOnlyList<BatchedText> texts, JoinedTexts joined) =>
        texts.Any(text => text.Reroute is not null)
            ? (layer, own, ids_SL) => Joined([.. texts.Zip(joined.Parts, (text, part) => PicksOf(text, part, layer, own, ids_SL))])
            : null;

    /// <summary>The picks of one text, and whether they are its layer's own.</summary>
    private static (Picks Picks, bool Own) PicksOf(BatchedText text, TextPart part, MoeLayer layer, Routing own, Tensor ids_SL)
    {
        if (text.Reroute is null)
        {
            return (new Picks(Rows(own.Experts!), Rows(own.Weights)), true);
        }

        var asked = new Routing(own.Kind, own.Logits is null ? null : () => Rows(own.Scores!))
        {
            Logits = own.Logits is { } logits_TE ? Rows(logits_TE) : null,
            Experts = Rows(own.Experts!),
            Weights = Rows(own.Weights),
            AuxiliaryLoss = own.AuxiliaryLoss,
        };
        var picks = text.Reroute(layer, asked, ids_SL.narrow(1, part.First, part.Tokens));
        return (picks, ReferenceEquals(picks.Experts, asked.Experts) && ReferenceEquals(picks.Weights, asked.Weights));

        Tensor Rows(Tensor x_TK) => x_TK.narrow(0, part.First, part.Tokens);
    }

    /// <summary>All rows; without weights where the rerouted ones have none: the layer's rule then weighs every row as it would.</summary>
    private static Picks Joined(IReadOnlyList<(Picks Picks, bool Own)> parts)
    {
        var slots = parts.Max(part => part.Picks.Experts.shape[1]);
        var experts_TK = cat([.. parts.Select(part => Padded(part.Picks.Experts, slots, with: -1))], 0);
        var rerouted = parts.Where(part => !part.Own).Select(part => part.Picks.Weights).ToList();
        if (rerouted.Count > 0 && rerouted.All(weights => weights is null))
        {
            return new Picks(experts_TK);
        }

        if (rerouted.Any(weights => weights is null))
        {
            throw new InvalidOperationException("Some rerouted texts of one batch give weights and others do not; all must, or none.");
        }

        return new Picks(experts_TK, cat([.. parts.Select(part => Padded(part.Picks.Weights!, slots, with: 0))], 0));
    }

    private static Tensor Padded(Tensor x_TK, long slots, double with) => x_TK.shape[1] == slots
        ? x_TK
        : cat([x_TK, TensorMath.Full([x_TK.shape[0], slots - x_TK.shape[1]], with, x_TK.dtype).to(x_TK.device)], 1);
}
