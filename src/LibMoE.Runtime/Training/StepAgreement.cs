using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>What the ranks tell each other in an optimiser step, so that every one then does the same. In one process nothing is said and
/// nothing copied.</summary>
/// <param name="ranks">The processes.</param>
/// <param name="slices">The parameters whose experts are shared among them; null for none.</param>
internal sealed class StepAgreement(Ranks ranks, ExpertSlices? slices = null)
{
    /// <summary>The figures of the micro-batches of all ranks, in their order, and whether any rank is to stop. Each rank sums up a table
    /// that is 0 but in its own rows, so that no figure is rounded.</summary>
    /// <param name="own">This rank's.</param>
    /// <param name="parameters">The parameters that are trained; those that have no gradient here but on another rank get one of 0.</param>
    /// <param name="stop">Whether this rank is to stop.</param>
    /// <param name="step">The step, for errors.</param>
    public (IReadOnlyList<MicroBatch> Parts, bool Stop) Gather(
        IReadOnlyList<MicroBatch> own, IReadOnlyList<Parameter> parameters, bool stop, long step)
    {
        if (ranks.Size == 1)
        {
            return (own, stop);
        }

        using var quiet = no_grad();
        var width = own[0].Numbers.Length;
        var rows = new double[ranks.Size * own.Count * width];
        for (var part = 0; part < own.Count; part++)
        {
            own[part].Numbers.CopyTo(rows, ((ranks.Rank * own.Count) + part) * width);
        }

        double[] flags = [stop ? 1 : 0, .. parameters.Select(parameter => parameter.grad is null ? 0.0 : 1.0)];
        using var scope = NewDisposeScope();
        var all = tensor((double[])[.. rows, .. flags]);
        ranks.Sum(all, $"figures of step {step}");
        var numbers = all.data<double>().ToArray();
        for (var i = 0; i < parameters.Count; i++)
        {
            if (numbers[rows.Length + 1 + i] > 0 && parameters[i].grad is null)
            {
                parameters[i].grad = zeros_like(parameters[i]).DetachFromDisposeScope();
            }
        }

        var parts = Enumerable.Range(0, ranks.Size * own.Count).Select(part => own[0].With(numbers.AsSpan(part * width, width)));
        return ([.. parts], numbers[rows.Length] > 0);
    }

    /// <summary>The Euclidean norm of the gradients of the whole model.</summary>
    /// <param name="optimizer">Has the parameters, with summed gradients.</param>
    /// <param name="step">The step, for errors.</param>
    public double Norm(AdamW optimizer, long step)
    {
        if (slices is not { Any: true })
        {
            return optimizer.GradientNorm();
        }

        using var scope = NewDisposeScope();
        var (own, everywhere) = (optimizer.GradientNorm(slices.Has), optimizer.GradientNorm(parameter => !slices.Has(parameter)));
        var squares = tensor(new[] { own * own });
        slices.Ranks.Group.Sum(squares, $"norm of shared experts of step {step}");
        return Math.Sqrt((everywhere * everywhere) + squares.data<double>()[0]);
    }

    /// <summary>The picks and tokens of each MoE layer, summed over the ranks.</summary>
    /// <param name="picks">Per MoE layer its picks, int64 [E]; null where the gate has no counts.</param>
    /// <param name="tokens">Per MoE layer how many tokens it routed.</param>
    /// <param name="step">The step, for errors.</param>
    /// <returns>As they came in.</returns>
    public (IReadOnlyList<Tensor?> Picks, IReadOnlyList<long> Tokens) Sum(
        IReadOnlyList<Tensor?> picks, IReadOnlyList<long> tokens, long step)
    {
        if (ranks.Size == 1 || tokens.Count == 0)
        {
            return (picks, tokens);
        }

        using var quiet = no_grad();
        var all = cat([tensor((long[])[.. tokens]), .. picks.OfType<Tensor>().Select(picks_E => picks_E.cpu())]);
        ranks.Sum(all, $"picks of step {step}");
        long at = tokens.Count;
        var sums = new List<Tensor?>();
        foreach (var picks_E in picks)
        {
            sums.Add(picks_E is null ? null : all.narrow(0, at, picks_E.numel()).to(picks_E.device));
            at += picks_E?.numel() ?? 0;
        }

        return (sums, [.. all.narrow(0, 0, tokens.Count).data<long>()]);
    }

    /// <summary>Makes every tensor what it is on the first rank, shared experts on the first that has them.</summary>
    /// <param name="tensors">Parameters and buffers with their names.</param>
    public void Share(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        if (ranks.Size == 1)
        {
            return;
        }

        using var quiet = no_grad();
        foreach (var (name, value) in tensors)
        {
            using var scope = NewDisposeScope();
            var whole = value.detach().contiguous();
            (slices?.Find(name) is null ? ranks : slices.Ranks.Replicas).Broadcast(whole, root: 0, $"start of {name}");
            value.copy_(whole);
        }
    }

    /// <summary>A number as the first rank has it: what is decided by it is decided alike, whatever the last bits are elsewhere.</summary>
    /// <param name="own">As this rank has it.</param>
    /// <param name="step">The step, for errors.</param>
    public double FirstSays(double own, long step)
    {
        if (ranks.Size == 1)
        {
            return own;
        }

        using var scope = NewDisposeScope();
        var said = tensor(new[] { own });
        ranks.Broadcast(said, root: 0, $"measurement of step {step}");
        return said.data<double>()[0];
    }

    /// <summary>Refuses ranks that do not stand at the same step.</summary>
    /// <exception cref="ConfigurationException">They do not.</exception>
    public void CheckDone(int done)
    {
        if (ranks.Size == 1)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var steps_R = zeros(ranks.Size, ScalarType.Int64);
        steps_R.select(0, ranks.Rank).copy_(tensor((long)done));
        ranks.Sum(steps_R, "the step that ranks go on from");
        var steps = steps_R.data<long>().ToArray();
        if (steps.Distinct().Count() > 1)
        {
            throw new ConfigurationException(
                $"The ranks go on from different steps ({string.Join(", ", steps)}); all must see the same run folder.");
        }
    }
}
