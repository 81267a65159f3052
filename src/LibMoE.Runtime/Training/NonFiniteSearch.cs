using System.Globalization;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Finds out where the numbers of a step that was skipped are not finite: the batch is run once more, block by block.</summary>
internal static class NonFiniteSearch
{
    private const string Blocks = "blocks.";
    private const string Stacked = ".experts.";

    /// <summary>Looks at the step that a run has just skipped.</summary>
    /// <param name="run">The run; its gradients are still those of the step.</param>
    /// <param name="figures">The figures of the step.</param>
    public static NonFiniteReport Look(TrainingRun run, StepFigures figures)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var parameters = run.Model.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)).ToList();
        var ids_SM = LastBatch(run);
        var (spread, term) = Spread(run.Model, ids_SM, run.Done - 1);
        return new NonFiniteReport
        {
            Step = run.Done - 1,
            Loss = figures.Loss,
            AuxiliaryLoss = figures.AuxiliaryLoss,
            GradientNorm = figures.GradientNorm,
            SkippedInARow = run.Skipped.InARow,
            FirstBlock = spread?.Block,
            Tokens = spread?.Tokens ?? 0,
            Experts = spread?.Experts ?? [],
            Router = spread?.Router ?? false,
            Term = term,
            Parameters = [.. parameters.Select(entry => Of(entry.name, entry.Item2)).OfType<NonFiniteTensor>()],
            Gradients =
            [
                .. parameters.Index().OrderBy(entry => Place(entry.Item.name)).ThenBy(entry => entry.Index)
                    .Select(entry => Of(entry.Item.name, entry.Item.Item2.grad)).OfType<NonFiniteTensor>(),
            ],
            Batch = [.. ids_SM.unbind().Select(ids_M => ids_M.cpu().contiguous().data<long>().ToArray())],
        };
    }

    /// <summary>What of a tensor is not finite; null where all is.</summary>
    internal static NonFiniteTensor? Of(string name, Tensor? values)
    {
        if (values is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var bad = isfinite(values.detach()).logical_not();
        var count = bad.sum().item<long>();
        return count == 0 ? null : new NonFiniteTensor(name, BlockOf(name), StackedIn(name, bad), count);
    }

    private static int[] StackedIn(string name, Tensor bad) => name.Contains(Stacked, StringComparison.Ordinal) && bad.dim() > 1
        ? Indices(bad.flatten(1).any(1))
        : [];

    private static int? BlockOf(string name) =>
        name.StartsWith(Blocks, StringComparison.Ordinal) ? int.Parse(name.Split('.')[1], CultureInfo.InvariantCulture) : null;

    /// <summary>When the forward pass reaches a parameter: the embedding (which the head may share), the blocks, the rest.</summary>
    private static int Place(string name) => BlockOf(name) ?? (name.StartsWith("embedding.", StringComparison.Ordinal) ? -1 : int.MaxValue);

    private static int[] Indices(Tensor bad_E) => [.. bad_E.nonzero().flatten().cpu().data<long>().Select(index => (int)index)];

    /// <summary>The batch of the last step, drawn again.</summary>
    private static Tensor LastBatch(TrainingRun run)
    {
        run.Sampler.Position -= run.Config.Batch;
        var (inputs_SL, targets_SL) = run.Sampler.Next(run.Config.Batch, run.Model.parameters().First().device);
        return cat([inputs_SL, targets_SL.narrow(1, targets_SL.shape[1] - 1, 1)], 1);
    }

    /// <summary>The first block that makes finite tokens into others, with the experts that those tokens picked most.</summary>
    private static (BadBlock? Block, NonFiniteTerm? Term) Spread(LanguageModel model, Tensor ids_SM, int step)
    {
        BadBlock? first = null;
        NonFiniteTerm? term = null;
        model.BlockRan = (block, x_SLD, routing) =>
        {
            if (first is null && term is null && routing is not null)
            {
                var bad = routing.Losses.FirstOrDefault(loss => !double.IsFinite(loss.Value.to(ScalarType.Float64).item<double>())).Key;
                term = bad is null ? null : new NonFiniteTerm(bad, block);
            }

            if (first is null)
            {
                using var scope = NewDisposeScope();
                var bad_T = isfinite(x_SLD).all(-1).logical_not().flatten();
                var tokens = bad_T.sum().item<long>();
                first = tokens == 0 ? null : new BadBlock(block, tokens, Suspects(bad_T, routing), HasBadLogits(routing));
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

        return (first, term);
    }

    private static bool HasBadLogits(Routing? routing) => routing?.Logits is { } logits_TE && !isfinite(logits_TE).all().item<bool>();

    /// <summary>A block that makes finite tokens into others.</summary>
    private sealed record BadBlock(int Block, long Tokens, int[] Experts, bool Router);

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
