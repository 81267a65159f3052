using System.Runtime.InteropServices;
using LibMoE.Runtime.Kernels.Native;
using LibMoE.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>What functions saved is gone once their gradients are there, but where the graph is kept.</summary>
public sealed class ReleasingFunctionTests
{
    [Fact]
    public void A_graph_that_is_kept_gives_its_gradients_as_often_as_they_are_asked_for()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var y = Cubed.Of(Cubed.Of(x)).sum();

        y.backward([], retain_graph: true);
        y.backward([], retain_graph: true);
        y.backward();

        // d x⁹ = 9·x⁸, three times.
        Assert.Equal([27f, 27 * 256, 27 * 6561], x.grad!.data<float>());
    }

    [Fact]
    public void A_second_pass_through_a_graph_that_was_not_kept_is_refused_and_leaves_the_gradients_as_they_are()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var y = Cubed.Of(x).sum();
        y.backward();

        var error = Assert.Throws<ExternalException>(() => y.backward());

        Assert.Contains("invalid gradient", error.Message, StringComparison.Ordinal);
        Assert.Equal([3f, 12, 27], x.grad!.data<float>());
    }

    [Fact]
    public void A_second_pass_is_refused_for_a_number_without_dims_too()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2f).requires_grad_();
        var y = Cubed.Of(x);
        y.backward();

        Assert.Throws<ExternalException>(() => y.backward());

        Assert.Equal(12, x.grad!.item<float>());
    }

    [Fact]
    public void Gradients_are_not_differentiated_again_where_their_derivative_would_be_taken_for_0()
    {
        using var scope = NewDisposeScope();
        using var said = new ErrorLines();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var y = Cubed.Of(x).sum() + x.pow(2).sum();

        Assert.Throws<ExternalException>(() => y.backward([], create_graph: true));

        Assert.Equal("error: Gradients of Cubed cannot be differentiated again (create_graph).", said.Text.Trim());
    }

    [Fact]
    public void A_saved_number_that_was_changed_meanwhile_is_an_error_that_can_be_caught()
    {
        using var scope = NewDisposeScope();
        using var said = new ErrorLines();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var y = Cubed.Of(x).sum();
        using (no_grad())
        {
            x.mul_(x);
        }

        Assert.Throws<ExternalException>(() => y.backward());

        Assert.StartsWith("error: The backward pass of Cubed failed: ", said.Text, StringComparison.Ordinal);
        Assert.Contains("modified by an inplace operation", said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_of_a_backward_pass_does_not_end_the_process()
    {
        using var scope = NewDisposeScope();
        using var said = new ErrorLines();
        var x = tensor(new float[] { 1, 2, 3 }).requires_grad_();
        var y = Cubed.Of(x, () => throw new InvalidOperationException("no memory is left")).sum();

        Assert.Throws<ExternalException>(() => y.backward());

        Assert.Equal("error: The backward pass of Cubed failed: no memory is left", said.Text.Trim());
        Assert.Null(x.grad);
    }

    [Fact]
    public void Handles_of_gradients_do_not_become_more_as_the_backward_pass_goes_on()
    {
        using var scope = NewDisposeScope();
        var x = ones(4).requires_grad_();
        var live = new List<long>();
        var y = x;
        for (var i = 0; i < 20; i++)
        {
            y = Cubed.Of(y, () => live.Add(LiveTensors.Count));
        }

        y.sum().backward();

        Assert.Equal(20, live.Count);
        Assert.Single(live[2..].Distinct());
    }

    [SkippableFact]
    public void What_blocks_keep_is_freed_block_by_block_so_that_the_peak_is_a_quarter_below_that_of_a_graph_that_is_kept()
    {
        Skip.IfNot(PeakOfBackward.IsMeasurable, "Peaks of memory are measured on Linux.");
        Skip.IfNot(TorchLibrary.Handle is { } library
            && NativeLibrary.TryGetExport(library, "_ZN5torch8autograd33get_current_graph_task_keep_graphEv", out _),
            "libtorch does not say here whether a graph is kept.");
        var (kept, released) = (PeakOfBackward.InAnotherProcess("wide kept"), PeakOfBackward.InAnotherProcess("wide"));
        Assert.True(released < 0.75 * kept, $"{released} KiB in the place of {kept}");
    }

    /// <summary>What the process writes to its error output.</summary>
    private sealed class ErrorLines : IDisposable
    {
        private readonly TextWriter _before = Console.Error;
        private readonly StringWriter _said = new();

        public ErrorLines() => Console.SetError(_said);

        public string Text => _said.ToString();

        public void Dispose() => Console.SetError(_before);
    }

    /// <summary>x³, which saves x.</summary>
    private sealed class Cubed : ReleasingFunction<Cubed>
    {
        private const string Watch = "watch";

        public override string Name => nameof(Cubed);

        public static Tensor Of(Tensor x, Action? watch = null) => apply(x, watch ?? (() => { }));

        protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            ctx.save_data(Watch, vars[1]);
            return ((Tensor)vars[0]).pow(3);
        }

        protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
        {
            using var scope = NewDisposeScope();
            ((Action)ctx.get_data(Watch))();
            var x = ctx.get_saved_variables()[0];
            return [(3 * x * x * upstream).MoveToOuterDisposeScope(), null!];
        }
    }
}
