using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Drifting;

/// <summary>
/// Sees whether text is still like a reference text, by the shares of the experts and by the loss. The first half of the reference gives
/// the shares to compare with; the W windows of its second half give the bounds, the largest index and the largest loss among them. A
/// further window like these is above a bound with probability 1/(W + 1).
/// </summary>
internal sealed class DriftMonitor
{
    /// <summary>Fewer windows of the reference bound nothing.</summary>
    private const int LeastWindows = 20;

    private readonly LanguageModel _model;
    private readonly long _sequences;
    private readonly List<long[]> _shares;

    private DriftMonitor(LanguageModel model, long sequences, List<long[]> shares) =>
        (_model, _sequences, _shares) = (model, sequences, shares);

    /// <summary>Tokens of a window: whole sequences of the model's context.</summary>
    public int Window => (int)(_sequences * _model.Config.Context);

    /// <summary>W, how many windows the bounds come from.</summary>
    public int Bounding { get; private init; }

    /// <summary>The bounds.</summary>
    public DriftWindow Bounds { get; private set; } = new(0, 0);

    /// <summary>Takes the measure of a reference text.</summary>
    /// <param name="model">The model, in evaluation mode.</param>
    /// <param name="reference">The text's tokens.</param>
    /// <param name="window">About how many tokens a window has; it is the nearest number of whole sequences, at least one.</param>
    /// <exception cref="ConfigurationException">The model has no experts that tokens are picked for, or the text is too short.</exception>
    public static DriftMonitor Of(LanguageModel model, IReadOnlyList<int> reference, int window)
    {
        var sequences = Math.Max(1, (long)Math.Round((double)window / model.Config.Context));
        var windows = reference.Chunk((int)(sequences * model.Config.Context)).ToList();
        windows.RemoveAll(ids => ids.Length < windows[0].Length);
        if (windows.Count < LeastWindows)
        {
            throw new ConfigurationException(
                $"Drift:Reference has {reference.Count} tokens; with windows of {sequences * model.Config.Context} it must have at least "
                    + $"{LeastWindows * sequences * model.Config.Context}.");
        }

        var half = windows.Count / 2;
        var counts = windows[..half].Select(ids => Pass(model, ids, sequences).Counts).ToList();
        if (counts[0].Count == 0)
        {
            throw new ConfigurationException(
                $"The model {model.Name} has no routers that pick experts for tokens, so that there are no shares to watch.");
        }

        List<long[]> shares = [.. counts[0].Select((_, block) => counts.Select(of => of[block]).Aggregate(Plus))];
        var monitor = new DriftMonitor(model, sequences, shares) { Bounding = windows.Count - half };
        var bounding = windows[half..].Select(ids => monitor.Read(ids)).ToList();
        monitor.Bounds = new DriftWindow(bounding.Max(read => read.Stability), bounding.Max(read => read.Loss));
        return monitor;
    }

    /// <summary>Measures a window.</summary>
    /// <param name="ids">As many tokens as <see cref="Window"/>.</param>
    public DriftWindow Read(IReadOnlyList<int> ids)
    {
        var (counts, loss) = Pass(_model, ids, _sequences);
        return new DriftWindow(counts.Zip(_shares, PopulationStability.Of).Average(), loss);
    }

    private static long[] Plus(long[] left_E, long[] right_E) => [.. left_E.Zip(right_E, (left, right) => left + right)];

    private static (List<long[]> Counts, double Loss) Pass(LanguageModel model, IReadOnlyList<int> ids, long sequences)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var ids_SL = tensor(ids.Select(id => (long)id).ToArray(), device: model.parameters().First().device).view(sequences, -1);
        var output = model.forward(ids_SL, new MoeContext { Losses = false });
        var length = ids_SL.shape[1] - 1;
        var logits_TV = output.Logits.narrow(1, 0, length).flatten(0, 1);
        var loss = nn.functional.cross_entropy(logits_TV, ids_SL.narrow(1, 1, length).flatten());
        var counts = output.Routings.Select(routing => routing.TokensPerExpert).OfType<Tensor>();
        return ([.. counts.Select(counts_E => counts_E.cpu().data<long>().ToArray())], loss.item<float>());
    }
}
