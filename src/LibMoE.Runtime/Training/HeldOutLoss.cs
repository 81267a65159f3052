using LibMoE.Runtime.Models;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>A model's loss on held-out text.</summary>
/// <param name="Mean">Nats per token, the mean over the sequences.</param>
/// <param name="StdErr">Its standard error over the sequences: sample standard deviation / √n.</param>
/// <param name="PerSequence">The losses of the sequences, in their order.</param>
/// <param name="Load">How the experts were used; null without counts.</param>
public sealed record HeldOutLoss(double Mean, double StdErr, IReadOnlyList<double> PerSequence, ExpertLoad? Load)
{
    /// <summary>Measures in evaluation mode, without gradients and without balancing terms.</summary>
    /// <param name="model">Left in the mode that it was in.</param>
    /// <param name="tokens">The held-out tokens.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="sequences">How many sequences, spread evenly over the tokens without overlap; fewer where the tokens end.</param>
    /// <param name="batch">How many sequences go through the model at once; the loss does not depend on it where the layers route each
    /// token alone (see <see cref="TokenInfluence"/>).</param>
    /// <exception cref="ConfigurationException">There are fewer tokens than two sequences take.</exception>
    public static HeldOutLoss Measure(LanguageModel model, ITokens tokens, int length, int sequences, int batch)
    {
        var load = new LoadMeter();
        return Measure(model, tokens, length, sequences, batch, load, Ranks.One) with { Load = load.Take() };
    }

    /// <summary>As the other overload, but adds the picks to a meter that counts several measurements together, and measures with other
    /// ranks.</summary>
    internal static HeldOutLoss Measure(
        LanguageModel model, ITokens tokens, int length, int sequences, int batch, LoadMeter load, Ranks ranks)
    {
        var starts = Starts(tokens, length, sequences);
        var training = model.training;
        model.eval();
        try
        {
            var losses_S = new List<double>();
            foreach (var scored in SplitBatches.Of(
                ranks, starts.Chunk(batch), chunk => Score(model, tokens, length, chunk), "losses on held-out text"))
            {
                losses_S.AddRange(scored.Losses_S);
                load.Add(scored.Picks);
            }

            var over = SampleMean.Of(losses_S);
            return new HeldOutLoss(over.Mean, over.StdErr, losses_S, null);
        }
        finally
        {
            model.train(training);
        }
    }

    /// <summary>Where the sequences start.</summary>
    internal static IReadOnlyList<long> Starts(ITokens tokens, int length, int sequences)
    {
        var count = Math.Min(sequences, (tokens.Count - 1) / length);
        if (count < 2)
        {
            throw new ConfigurationException(
                $"The corpus has {tokens.Count} held-out tokens; two sequences of {length} tokens take {(2L * length) + 1}.");
        }

        var room = tokens.Count - length - 1;
        return [.. Enumerable.Range(0, (int)count).Select(sequence => sequence * room / (count - 1))];
    }

    private static ScoredSequences Score(LanguageModel model, ITokens tokens, int length, long[] starts)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (losses_S, routings) = Score(model, [.. starts.Select(start => (tokens, start))], length, new MoeContext { Losses = false });
        return new ScoredSequences(losses_S, [.. routings.Select(routing => routing.TokensPerExpert?.cpu().data<long>().ToArray())]);
    }

    /// <summary>The losses of sequences [S], and what the MoE layers did; the tensors belong to the caller's dispose scope.</summary>
    internal static (double[] Losses_S, IReadOnlyList<Routing> Routings) Score(
        LanguageModel model, IReadOnlyList<(ITokens Tokens, long Start)> sequences, int length, MoeContext context)
    {
        var ids = new long[sequences.Count * (length + 1)];
        foreach (var (sequence, (tokens, start)) in sequences.Index())
        {
            tokens.CopyTo(start, ids.AsSpan(sequence * (length + 1), length + 1));
        }

        var ids_SM = tensor(ids, [sequences.Count, length + 1], device: model.parameters().First().device);
        var (losses_SL, routings) = model.Losses(ids_SM.narrow(1, 0, length), ids_SM.narrow(1, 1, length), context);
        return (losses_SL.to(ScalarType.Float64).mean([1]).cpu().data<double>().ToArray(), routings);
    }

    /// <summary>Some sequences: their losses, and the picks of each MoE layer.</summary>
    private sealed record ScoredSequences(double[] Losses_S, long[]?[] Picks);
}
