using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>Runs a batch of text once more, block by block, and finds the first that makes finite tokens into others.</summary>
internal static class TextFault
{
    /// <summary>Looks at a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids_SM">Token ids with the last target, [S, L + 1].</param>
    /// <param name="step">The step, from 0.</param>
    public static BatchFault Of(LanguageModel model, Tensor ids_SM, long step)
    {
        long[][] batch = [.. ids_SM.unbind().Select(ids_M => ids_M.cpu().contiguous().data<long>().ToArray())];
        var found = new BatchFault(null, 0, [], Router: false, null, batch);
        model.BlockRan = (block, x_SLD, routing) =>
        {
            if (found is { Block: null, Term: null } && routing is not null)
            {
                found = found with { Term = BadTerm(routing, block) };
            }

            if (found.Block is null)
            {
                using var scope = NewDisposeScope();
                var bad_T = isfinite(x_SLD).all(-1).logical_not().flatten();
                var tokens = bad_T.sum().item<long>();
                found = tokens == 0 ? found : found with
                {
                    Block = block,
                    Tokens = tokens,
                    Experts = Suspects(bad_T, routing),
                    Router = routing is not null && HasBadLogits(routing),
                };
            }
        };
        try
        {
            model.forward(ids_SM.narrow(1, 0, ids_SM.shape[1] - 1), new MoeContext { Step = step });
        }
        finally
        {
            model.BlockRan = null;
        }

        return found;
    }

    /// <summary>A router's first balancing term that is not finite; null where all are.</summary>
    public static NonFiniteTerm? BadTerm(Routing routing, int block) =>
        routing.Losses.FirstOrDefault(loss => !double.IsFinite(loss.Value.to(ScalarType.Float64).item<double>())).Key is { } bad
            ? new NonFiniteTerm(bad, block)
            : null;

    /// <summary>Whether a router made logits that are not finite.</summary>
    public static bool HasBadLogits(Routing routing) => routing.Logits is { } logits_TE && !isfinite(logits_TE).all().item<bool>();

    private static int[] Suspects(Tensor bad_T, Routing? routing)
    {
        if (routing is not { Experts: { } experts_TK, TokensPerExpert: { } counts_E } || experts_TK.shape[0] != bad_T.shape[0])
        {
            return [];
        }

        var picks = experts_TK.cpu().contiguous().data<long>().ToArray();
        var isBad = bad_T.cpu().contiguous().data<bool>().ToArray();
        var (bad, all) = (new double[counts_E.shape[0]], new double[counts_E.shape[0]]);
        foreach (var (place, expert) in picks.Index().Where(pick => pick.Item >= 0))
        {
            all[expert]++;
            bad[expert] += isBad[place / (int)experts_TK.shape[1]] ? 1 : 0;
        }

        var shares = bad.Zip(all, (some, total) => total == 0 ? 0 : some / total).ToList();
        return [.. Enumerable.Range(0, shares.Count).Where(expert => shares[expert] > 0 && shares[expert] == shares.Max())];
    }
}
