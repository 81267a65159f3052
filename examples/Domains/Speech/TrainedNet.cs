using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Speech;

/// <summary>A net that was trained with one seed, as a study trains it.</summary>
internal sealed class TrainedNet : IDisposable
{
    private const int Batch = 100;

    private readonly ClassifierLearner _owner;
    private readonly FrameNet _net;

    /// <summary>Trains it.</summary>
    /// <param name="data">What it learns from.</param>
    /// <param name="mixture">The declared layer; null for the dense net with as many active parameters as <see cref="FrameMoe"/>.</param>
    /// <param name="training">How, with the seed.</param>
    /// <param name="stop">Ends the training.</param>
    public TrainedNet(ClassifierData data, MoeVariant? mixture, TrainingConfig training, CancellationToken stop)
    {
        random.manual_seed(training.Seed);
        var setup = new LearnerSetup(mixture, training) { Matched = MoeVariant.Of<FrameMoe>().Declaration };
        _net = new FrameNet(setup);
        _owner = new ClassifierLearner(setup, data, _net) { Tokens = FrameNet.Frames };
        _ = Trainer.Train(_owner, training, cancellation: stop);
    }

    public void Dispose() => _owner.Dispose();

    /// <summary>Whether it is right on each utterance, and how often the frames of each pick each expert; no picks of a dense
    /// net.</summary>
    public (IReadOnlyList<bool> Right_N, IReadOnlyList<int[]> Picks_NE) Hear(LabelledRows utterances)
    {
        using var quiet = no_grad();
        _net.eval();
        var (right_N, picks_NE) = (new List<bool>(), new List<int[]>());
        foreach (var part in Enumerable.Range(0, utterances.Count).Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var (logits_NC, routings) = _net.forward(utterances.Batch(part), new MoeContext { Losses = false });
            right_N.AddRange(logits_NC.argmax(1).data<long>().Zip(part, (digit, row) => digit == utterances.Labels[row]));
            picks_NE.AddRange(routings.SelectMany(routing => Counts(routing, part.Length)));
        }

        return (right_N, picks_NE);
    }

    /// <summary>The frames of an utterance lie one after the other, so its picks do.</summary>
    private static IEnumerable<int[]> Counts(Routing routing, int utterances)
    {
        var (picks, experts) = (routing.Experts!.data<long>().ToArray(), (int)routing.Logits!.shape[1]);
        return picks.Chunk(picks.Length / utterances)
            .Select(own => Enumerable.Range(0, experts).Select(expert => own.Count(pick => pick == expert)).ToArray());
    }
}
