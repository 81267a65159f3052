using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

public class LayerKitTests
{
    private static readonly KitOptions Quick = new() { Shapes = [new([7], 6, 5), new([2, 3], 6, 5) { Masked = true }] };

    [Fact]
    public void A_layer_without_fault_passes_every_check()
    {
        var report = LayerKit.Check(Spoilt(Fault.None), Quick);
        Assert.Empty(report.Failures);
        Assert.Equal(["no BiasBalance", "no ReLU gate"], report.Checks.Select(check => check.NotApplicable).OfType<string>());
    }

    [Theory]
    [InlineData(Fault.ScaledOutput, "a float64 layer gives the oracle's outputs, routing, losses and gradients")]
    [InlineData(Fault.WrongLoss, "a float64 layer gives the oracle's outputs, routing, losses and gradients")]
    [InlineData(Fault.ScaledOutput, "a float32 layer gives the oracle's outputs, routing, losses and gradients")]
    [InlineData(Fault.DetachedRouter, "the router's gradients agree with finite differences")]
    [InlineData(Fault.IgnoredMask, "a masked token has no influence")]
    [InlineData(Fault.LeakingMask, "a masked token is as if it were not there")]
    [InlineData(Fault.ChangedState, "a call in training mode changes no state")]
    [InlineData(Fault.UnsavedState, "a layer read from a file gives the same bits")]
    [InlineData(Fault.UndeclaredParameter, "the state dict is the declared parameter table")]
    [InlineData(Fault.Randomness, "training and evaluation mode give the same bits")]
    [InlineData(Fault.KeptTensor, "repeated calls leave no tensor behind")]
    [InlineData(Fault.LossesAlways, "without losses there are none, and the output is the same")]
    [InlineData(Fault.TrainingOnly, "training and evaluation mode give the same bits")]
    [InlineData(Fault.Position, "permuting the tokens of a sequence permutes its outputs")]
    [InlineData(Fault.MixedSequences, "a sequence gives the same alone and among others")]
    [InlineData(Fault.ExpertNumber, "permuting the experts permutes the routing and nothing else")]
    [InlineData(Fault.IgnoredReroute, "a token may use one expert, all of them or none")]
    [InlineData(Fault.Exception, "two runs from one seed give the same bits")]
    public void A_fault_fails_the_check_that_is_about_it(Fault fault, string check)
    {
        var error = Assert.Throws<KitFailedException>(() => LayerKit.Check(Spoilt(fault), Quick));
        Assert.Contains(check, error.Report.Checks.Where(one => one.Failures.Count > 0).Select(one => one.Name));
        Assert.Contains(error.Report.Failures[0], error.Message, StringComparison.Ordinal);
    }

    /// <summary>Tests of a user's project run side by side, as xunit does by default.</summary>
    [Fact]
    public async Task Tensors_of_other_threads_are_none_of_the_layers()
    {
        using var end = new CancellationTokenSource();
        var kept = new List<Tensor>();
        var started = new TaskCompletionSource();
        var other = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                kept.AddRange(Enumerable.Range(0, 20).Select(_ => zeros(1)));
                started.TrySetResult();
                Thread.Sleep(1);
            }
        });
        await started.Task;

        var report = LayerKit.Examine(Spoilt(Fault.None), Quick);

        await end.CancelAsync();
        await other;
        kept.ForEach(tensor => tensor.Dispose());
        Assert.Empty(report.Failures);
    }

    [Fact]
    public void A_score_bias_that_never_moves_is_found()
    {
        var report = LayerKit.Examine(Spoilt(MoeVariant.Of<GroupedSigmoidLayer>().Declaration, Fault.None), Quick);
        var failed = Assert.Single(report.Checks, check => check.Failures.Count > 0);
        Assert.Equal("after a step b_e moves as its update says", failed.Name);
    }

    [Fact]
    public void The_report_names_every_check_and_why_one_is_not_made()
    {
        var text = LayerKit.Examine(MoeVariant.Of<SoftSlotsLayer>(), Quick).ToString();
        Assert.Contains("ok a masked token has no influence", text, StringComparison.Ordinal);
        Assert.Contains("(soft slots pick no experts)", text, StringComparison.Ordinal);
    }

    private static MoeVariant Spoilt(Fault fault) => Spoilt(MoeVariant.Of<SoftmaxRelu>().Declaration, fault);

    private static MoeVariant Spoilt(MoeDeclaration declaration, Fault fault) =>
        new("Faulty", declaration, shape => new FaultyLayer(declaration, shape, fault));
}
