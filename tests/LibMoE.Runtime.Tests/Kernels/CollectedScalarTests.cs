using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>
/// Numbers live as long as libtorch reads them, whatever the garbage collector does: it runs without pause beside every call. TorchSharp's
/// own operators fail here about once in 10,000 calls.
/// </summary>
public sealed class CollectedScalarTests
{
    private static readonly (string Name, Func<Tensor, Tensor> Call)[] Operations =
    [
        ("Plus(tensor)", x => x.Plus(x)),
        ("Plus(double)", x => x.Plus(0.5)),
        ("Plus(long)", x => x.Plus(2)),
        ("Minus", x => x.Minus(2)),
        ("OneMinus", x => x.OneMinus()),
        ("Times(double)", x => x.Times(0.5)),
        ("Times(long)", x => x.Times(3)),
        ("Over", x => x.Over(0.5)),
        ("Modulo", x => x.Modulo(3)),
        ("Squared", x => x.Squared()),
        ("AtLeast", x => x.AtLeast(0.5)),
        ("Clamped", x => x.Clamped(0, 1)),
        ("Softplus", x => x.Softplus()),
        ("IsBelow(double)", x => x.IsBelow(0.5)),
        ("IsBelow(long)", x => x.IsBelow(1)),
        ("IsAtLeast", x => x.IsAtLeast(1)),
        ("IsAbove", x => x.IsAbove(0.5)),
        ("Is", x => x.Is(1)),
        ("FilledWhere", x => x.FilledWhere(x.ge(Scalars.Zero), 4)),
        ("Fill", x => x.clone().Fill(1.5)),
        ("Scale", x => x.clone().Scale(1.5)),
        ("Full", x => TensorMath.Full([3], 0.5, ScalarType.Float32)),
        ("Range", x => TensorMath.Range(3, ScalarType.Int64)),
    ];

    [Fact]
    public void A_hundred_thousand_operations_survive_a_collector_that_never_rests() => Run(100_000);

    [Fact, Trait("Category", "Campaign")]
    public void Ten_million_operations_survive_a_collector_that_never_rests() => Run(10_000_000);

    [Fact]
    public void The_random_state_is_kept_and_put_back_beside_a_collector_that_never_rests()
    {
        using var collector = new RestlessCollector();
        for (var i = 0; i < 20_000; i++)
        {
            using var state = RandomState.Get();
            RandomState.Set(state);
        }

        using var drawn = rand(1);
        Assert.InRange(drawn.item<float>(), 0, 1);
    }

    [Fact]
    public void Layers_of_every_kind_train_beside_a_collector_that_never_rests()
    {
        using var collector = new RestlessCollector();
        foreach (var variant in ZooVariants.All)
        {
            using var scope = NewDisposeScope();
            using var model = LanguageModel.Create(
                new ModelConfig { Dim = 8, Layers = 4, Heads = 2, Hidden = 8, Context = 4, Vocabulary = 11 }, variant);
            var text_SL = TensorMath.Range(8, ScalarType.Int64).reshape(2, 4);
            for (var step = 0; step < 2; step++)
            {
                var output = model.forward(text_SL);
                output.Routings.Aggregate(output.Logits.sum(), (sum, routing) => sum.Plus(routing.AuxiliaryLoss)).backward();
            }
        }
    }

    [Fact]
    public void They_compute_what_TorchSharps_own_operations_do_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var draws = new Generator(1);
        var x = randn(1000, generator: draws);
        using var moreDraws = new Generator(2);
        var whole = randint(-5, 6, 1000, ScalarType.Int64, generator: moreDraws);
        using var lastDraws = new Generator(3);
        var rows = cat([randn([50, 7], generator: lastDraws), zeros(2, 7)]);
        (Func<Tensor, Tensor> Own, Func<Tensor, Tensor> TorchSharps, Tensor Input)[] pairs =
        [
            (t => t.Plus(t), t => t + t, x),
            (t => t.Plus(0.3), t => t + 0.3, x),
            (t => t.Plus(3), t => t + 3, whole),
            (t => t.Minus(3), t => t - 3, whole),
            (t => t.OneMinus(), t => 1 - t, x),
            (t => t.Times(0.3), t => t * 0.3, x),
            (t => t.Times(3), t => t * 3, whole),
            (t => t.Over(0.3), t => t / 0.3, x),
            (t => t.Over(7), t => t / 7, x),
            (t => t.Modulo(3), t => t % 3, whole),
            (t => t.Squared(), t => t.square(), x),
            (t => t.Squared(), t => t.pow(2), x),
            (t => t.AtLeast(0.1), t => t.clamp_min(0.1), x),
            (t => t.Clamped(-1, 2), t => t.clamp(-1, 2), whole),
            (t => t.Times(30).Softplus(), t => nn.functional.softplus(t * 30), x),
            (t => t.norm(-1, keepdim: true), t => linalg.vector_norm(t, 2, [-1], keepdim: true), rows),
            (t => t.IsBelow(0.1), t => t.lt(0.1), x),
            (t => t.IsBelow(2), t => t.lt(2), whole),
            (t => t.IsAtLeast(2), t => t.ge(2), whole),
            (t => t.IsAbove(0.1), t => t.gt(0.1), x),
            (t => t.Is(2), t => t.eq(2), whole),
            (t => t.FilledWhere(t.ge(Scalars.Zero), 4), t => t.masked_fill(t.ge(0), 4), x),
            (t => t.clone().Fill(0.3), t => t.clone().fill_(0.3), x),
            (t => t.clone().Scale(0.3), t => t.clone().mul_(0.3), x),
            (t => TensorMath.Full(t.shape, 0.3, ScalarType.Float64), t => full(t.shape, 0.3, ScalarType.Float64), x),
            (t => TensorMath.Range(2, 9, ScalarType.Int64), t => arange(2, 9, ScalarType.Int64), x),
        ];

        Assert.All(pairs.Select((pair, i) => (pair, i)), row =>
        {
            var (own, own_d) = Differentiated(row.pair.Own, row.pair.Input);
            var (theirs, theirs_d) = Differentiated(row.pair.TorchSharps, row.pair.Input);
            Assert.Equal(theirs.dtype, own.dtype);
            Assert.True(Same(own, theirs), $"value {row.i}");
            Assert.True(own_d is null ? theirs_d is null : Same(own_d, theirs_d!), $"gradient {row.i}");
        });
    }

    private static bool Same(Tensor own, Tensor theirs) => own.bytes.SequenceEqual(theirs.bytes);

    private static (Tensor Value, Tensor? Gradient) Differentiated(Func<Tensor, Tensor> call, Tensor input)
    {
        var leaf = input.is_floating_point() ? input.detach().clone().requires_grad_() : input;
        var value = call(leaf);
        if (!value.requires_grad)
        {
            return (value, null);
        }

        (value * value.detach().cos()).sum().backward();
        return (value.detach(), leaf.grad);
    }

    private static void Run(long calls)
    {
        using var collector = new RestlessCollector();
        using var x = ones(4);
        for (var call = 0L; call < calls; call++)
        {
            var (name, operation) = Operations[call % Operations.Length];
            try
            {
                using var scope = NewDisposeScope();
                operation(x);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Call {call}, {name}", failure);
            }
        }
    }

    /// <summary>A thread that collects, and runs finalizers, without pause.</summary>
    private sealed class RestlessCollector : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _isOver;

        public RestlessCollector()
        {
            _thread = new Thread(Collect) { IsBackground = true };
            _thread.Start();
        }

        public void Dispose()
        {
            _isOver = true;
            _thread.Join();
        }

        private void Collect()
        {
            while (!_isOver)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
            }
        }
    }
}
