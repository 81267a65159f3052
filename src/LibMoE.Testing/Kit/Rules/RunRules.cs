using LibMoE.Runtime.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>How calls behave: the same bits again, losses on request, no tensor left behind.</summary>
internal static class RunRules
{
    public static KitRule Deterministic { get; } = new("two runs from one seed give the same bits", (subject, findings) =>
    {
        var (first, second) = (Run(), Run());
        findings.Same("the output", first.Output.Hidden, second.Output.Hidden);
        foreach (var (name, gradient) in first.Gradients)
        {
            findings.Same($"the gradient of {name}", gradient, second.Gradients[name]);
        }

        (MoeOutput Output, IReadOnlyDictionary<string, Tensor?> Gradients) Run()
        {
            var layer = subject.Fresh(KitSubject.Rows, ScalarType.Float32, subject.Options.Seed);
            var call = subject.Call(subject.Layer(KitSubject.Rows, ScalarType.Float32), KitSubject.Rows);
            layer.train();
            RandomSeed.Set(subject.Options.Seed);
            return KitGradients.Of(layer, call);
        }
    });

    public static KitRule LossesOff { get; } = new("without losses there are none, and the output is the same", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float32);
        var call = subject.Call(layer, KitSubject.Rows);
        var (with, without) = (layer.forward(call.X, call.Context), layer.forward(call.X, call.With(losses: false).Context));
        findings.Same("the output", with.Hidden, without.Hidden);
        findings.That(without.Routing.Losses.Count == 0, $"there still is {string.Join(", ", without.Routing.Losses.Keys)}.");
        findings.Near("AuxiliaryLoss", zeros([]), without.Routing.AuxiliaryLoss, 0);

        // Terms of both signs may cancel: the sum is as exact as its largest term.
        var losses = with.Routing.Losses.Values.Select(loss => loss.to(ScalarType.Float64, CPU)).ToList();
        var sum = losses.Aggregate(zeros([], ScalarType.Float64), (sum, loss) => sum.Plus(loss));
        var largest = losses.Select(loss => Math.Abs(loss.item<double>())).DefaultIfEmpty(0).Max();
        findings.Near("AuxiliaryLoss with losses", sum, with.Routing.AuxiliaryLoss, 1e-6, least: largest);
    });

    public static KitRule TrainingMode { get; } = new("training and evaluation mode give the same bits", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float32);
        var call = subject.Call(layer, KitSubject.Rows);
        var evaluated = layer.forward(call.X, call.Context);
        layer.train();
        var trained = layer.forward(call.X, call.Context);
        findings.Same("the output", evaluated.Hidden, trained.Hidden);
        findings.Same("AuxiliaryLoss", evaluated.Routing.AuxiliaryLoss, trained.Routing.AuxiliaryLoss);
    }, subject => subject.ActsAtRandom ? "jitter, noise or dropout act in training mode" : subject.PicksOtherwiseInTraining);

    public static KitRule LiveTensors { get; } = new("repeated calls leave no tensor behind", (subject, findings) =>
    {
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float32);
        layer.train();
        var call = subject.Call(layer, KitSubject.Rows);
        CountAfterCall();
        var counts = Enumerable.Range(0, 5).Select(_ => CountAfterCall()).ToList();
        findings.That(counts[^1] <= counts[0], $"{string.Join(", ", counts)} tensors live after successive calls.");

        long CountAfterCall()
        {
            using (NewDisposeScope())
            {
                KitGradients.Of(layer, call);
            }

            // This thread's own: other tests may run beside this one, and what they leave goes when the garbage collector comes to it.
            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        }
    });
}
