using System.Globalization;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Finds out where the numbers of a step that was skipped are not finite: the batch is run once more.</summary>
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
        var parameters = run.Learner.Model.named_parameters().Select(entry => (entry.name, (Tensor)entry.parameter)).ToList();
        var fault = Examine(run);
        return new NonFiniteReport
        {
            Step = run.Done - 1,
            Loss = figures.Loss,
            AuxiliaryLoss = figures.AuxiliaryLoss,
            GradientNorm = figures.GradientNorm,
            SkippedInARow = run.Skipped.InARow,
            FirstBlock = fault.Block,
            Tokens = fault.Tokens,
            Experts = fault.Experts,
            Router = fault.Router,
            Term = fault.Term,
            Parameters = [.. parameters.Select(entry => Of(entry.name, entry.Item2)).OfType<NonFiniteTensor>()],
            Gradients =
            [
                .. parameters.Index().OrderBy(entry => Place(entry.Item.name)).ThenBy(entry => entry.Index)
                    .Select(entry => Of(entry.Item.name, entry.Item.Item2.grad)).OfType<NonFiniteTensor>(),
            ],
            Batch = fault.Batch,
        };
    }

    /// <summary>The fault of the first micro-batch in which something is not finite, with the batch of all: examined part by part, since
    /// a learner may make another batch of another number of examples.</summary>
    private static BatchFault Examine(TrainingRun run)
    {
        var parts = new BatchParts(run.Config.MicroBatches, run.Ranks, run.Config.Batch);
        var first = run.Position - run.Config.Batch;
        List<BatchFault> faults =
        [
            .. Enumerable.Range(0, parts.All)
                .Select(part => run.Learner.Examine(first + (long)part * parts.Examples, parts.Examples, run.Done - 1)),
        ];
        var bad = faults.Find(fault => fault is { Block: not null } or { Term: not null }) ?? faults[0];
        return bad with { Batch = [.. faults.SelectMany(fault => fault.Batch)] };
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
        name.StartsWith(Blocks, StringComparison.Ordinal) && int.TryParse(name.Split('.')[1], CultureInfo.InvariantCulture, out var block)
            ? block
            : null;

    /// <summary>When the forward pass reaches a parameter: the embedding (which the head may share), the blocks, the rest.</summary>
    private static int Place(string name) => BlockOf(name) ?? (name.StartsWith("embedding.", StringComparison.Ordinal) ? -1 : int.MaxValue);

    private static int[] Indices(Tensor bad_E) => [.. bad_E.nonzero().flatten().cpu().data<long>().Select(index => (int)index)];
}
