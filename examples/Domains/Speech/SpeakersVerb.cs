using LibMoE.Runtime;
using Spectre.Console;
using static TorchSharp.torch;

namespace Speech;

/// <summary>Each speaker held out in turn: who is understood by nets that learned from the five others, mean and worst, and whether the
/// gate that hears the utterance is better at it than the one that hears a frame.</summary>
internal sealed class SpeakersVerb(StudyOptions study, TrainingConfig training, IAnsiConsole console) : IVerb
{
    private static readonly MoeVariant?[] Nets = [null, MoeVariant.Of<FrameMoe>(), MoeVariant.Of<UtteranceMoe>()];

    public static string Name => "speakers";

    public static string Description => "Holds out each speaker in turn, and compares the nets by their mean and their worst speaker.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--seeds", "Study:Seeds", "N", "How many seeds each net is trained with. [default: 3]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps. [default: 300]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: 1 for small steps, else one per physical core]"),
    ];

    public static IReadOnlyDictionary<string, string?> Quick { get; } =
        new Dictionary<string, string?> { ["Study:Seeds"] = "1", ["Training:Steps"] = "10" };

    public Task<int> RunAsync(CancellationToken stop)
    {
        var data = SpokenDigits.Speakers.Select(speaker => SpokenDigits.Load(speaker: speaker, groups: SpokenDigits.BySpeaker)).ToList();
        console.WriteLine(
            $"Share of digits right of clean speech of a speaker who is held out, {study.Seeds} seeds, {training.Steps} steps");
        console.WriteLine("± one standard error, of the mean over speakers, of the worst over seeds");
        console.WriteLine(HeldOutFigures.Head(SpokenDigits.Speakers));
        console.WriteLine(new HeldOutFigures("nearest neighbours", [data.ConvertAll(Nearest)]).Row());
        var nets = new List<HeldOutFigures>();
        foreach (var net in Nets)
        {
            nets.Add(new(net?.Name ?? MoeVariant.Dense,
                [.. Enumerable.Range(0, study.Seeds).Select(seed => data.ConvertAll(own => Right(own, net, training.Seed + seed, stop)))]));
            console.WriteLine(nets[^1].Row());
        }

        var (dense, frame, utterance) = (nets[0], nets[1], nets[2]);
        console.WriteLine("Differences, ± half of the 95 % interval by Student's t:");
        foreach (var line in (string[])[.. frame.Against(dense), .. utterance.Against(dense), .. utterance.Against(frame)])
        {
            console.WriteLine(line);
        }

        var (mean, worst) = utterance.Verdicts(frame);
        console.WriteLine($"Asked for: {utterance.Name} better than {frame.Name} by more than the interval: "
            + $"mean {(mean.IsBetter ? "reached" : "missed")}, worst {(worst.IsBetter ? "reached" : "missed")}.");
        return Task.FromResult(ExitCode.Done);
    }

    private double Right(ClassifierData data, MoeVariant? mixture, long seed, CancellationToken stop)
    {
        using var net = new TrainedNet(data, mixture, training with { Seed = seed }, stop);
        return net.Hear(data.Test).Right_N.Average(right => right ? 1.0 : 0);
    }

    private static double Nearest(ClassifierData data)
    {
        using var scope = NewDisposeScope();
        return NearestNeighbours.Predict(data).argmax(1).data<long>().Zip(data.Test.Labels)
            .Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }
}
