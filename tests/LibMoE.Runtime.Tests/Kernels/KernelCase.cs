using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>One set of inputs, in float64; kernels get copies in the type under test.</summary>
internal sealed class KernelCase
{
    private readonly List<(string Name, Tensor Value)> _inputs = [];

    public KernelCase(
        Activation activation, int tokens = 37, int dim = 20, int hidden = 12, int experts = 5, int picks = 2,
        bool bias = false, int first = 0, int slots = 0, int seed = 0, KernelPath? path = null, int output = 0)
    {
        using var generator = new Generator((ulong)(seed + 1));
        // Rounding can move a value across relu's corner, where its slope jumps: inputs of a bfloat16 matmul are
        // given as bfloat16 has them.
        var type = path?.Compute == ScalarType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float64;
        Tensor Draw(double scale, params long[] shape) =>
            (randn(shape, ScalarType.Float64, generator: generator) * scale).to(type).to(ScalarType.Float64);
        var wide = activation.IsGated() ? 2 * hidden : hidden;
        output = output == 0 ? dim : output;
        Activation = activation;
        First = first;
        Slots = slots == 0 ? first + experts : slots;
        // Two of the slots stay without a row where there are enough of them, and some picks are empty.
        var used = Math.Max(1, Slots - 2);
        Experts_TK = randint(0, used, [tokens, picks], ScalarType.Int64, generator: generator);
        if (tokens > 1)
        {
            Experts_TK[TensorIndex.Single(1), TensorIndex.Single(picks - 1)] = -1;
        }

        _inputs.Add(("x", Draw(1, tokens, dim)));
        _inputs.Add(("weights", Draw(1, tokens, picks).sigmoid()));
        _inputs.Add(("up", Draw(1 / Math.Sqrt(dim), experts, dim, wide)));
        _inputs.Add(("down", Draw(1 / Math.Sqrt(hidden), experts, hidden, output)));
        if (bias)
        {
            _inputs.Add(("up_bias", Draw(0.5, experts, wide)));
            _inputs.Add(("down_bias", Draw(0.5, experts, output)));
        }

        Upstream_TD = Draw(1, tokens, output);
        Upstream_TKD = Draw(1, tokens, picks, output);
    }

    public Activation Activation { get; }

    public int First { get; }

    public int Slots { get; }

    public Tensor Experts_TK { get; set; }

    /// <summary>What backward is given for y_TD.</summary>
    public Tensor Upstream_TD { get; set; }

    public Tensor Upstream_TKD { get; }

    /// <summary>How SwiGLU departs from the plain form.</summary>
    public SwiGluOptions? Glu { get; init; }

    /// <summary>Changes the input after it was converted, for example its strides.</summary>
    public Func<Tensor, Tensor> Arrange { get; init; } = x => x;

    /// <summary>The weighted sum and its gradients, by the oracle.</summary>
    public Dictionary<string, Tensor> OracleRun() => Measure(ScalarType.Float64, p =>
        (DenseOracle.PerPick(
            Activation, p["x"], Experts_TK, p["up"], p["down"], p.GetValueOrDefault("up_bias"), p.GetValueOrDefault("down_bias"),
            First, Glu)
            * p["weights"].unsqueeze(-1)).sum(1), Upstream_TD);

    /// <summary>Each pick's output and its gradients, by the oracle.</summary>
    public Dictionary<string, Tensor> OraclePerPick() => Measure(ScalarType.Float64, p =>
        DenseOracle.PerPick(
            Activation, p["x"], Experts_TK, p["up"], p["down"], p.GetValueOrDefault("up_bias"), p.GetValueOrDefault("down_bias"),
            First, Glu),
        Upstream_TKD);

    /// <summary>The weighted sum and its gradients, by the kernels.</summary>
    public Dictionary<string, Tensor> Run(KernelPath path) => Measure(path.Master, p => Forward(p, path), Upstream_TD);

    /// <summary>The weighted sum, by the kernels.</summary>
    public Tensor Forward(IReadOnlyDictionary<string, Tensor> p, KernelPath path) => RoutedExperts.Run(
        Activation, p["x"], RoutingPlan.Sort(Experts_TK, Slots), p["weights"], p["up"], p["down"],
        p.GetValueOrDefault("up_bias"), p.GetValueOrDefault("down_bias"), First, path.Compute, path.Create(), Glu);

    /// <summary>Each pick's output and its gradients, by the kernels.</summary>
    public Dictionary<string, Tensor> PerPick(KernelPath path) => Measure(path.Master, p =>
        RoutedExperts.PerPick(
            Activation, p["x"], RoutingPlan.Sort(Experts_TK, Slots), p["up"], p["down"],
            p.GetValueOrDefault("up_bias"), p.GetValueOrDefault("down_bias"), First, path.Compute, path.Create(), Glu), Upstream_TKD);

    public override string ToString() =>
        $"{Activation} {Glu}: {string.Join(", ", _inputs.Select(input => $"{input.Name} [{string.Join(", ", input.Value.shape)}]"))}";

    /// <summary>Copies of the inputs that want gradients.</summary>
    public Dictionary<string, Tensor> Leaves(ScalarType type) =>
        _inputs.ToDictionary(i => i.Name, i => i.Value.to(type).detach().clone().requires_grad_());

    /// <summary>Fails where an output or a gradient is further from the oracle than tolerance times its largest entry.</summary>
    public static void AssertAgree(
        Dictionary<string, Tensor> oracle, Dictionary<string, Tensor> actual, double tolerance, KernelCase? of = null)
    {
        Assert.Equal(oracle.Keys, actual.Keys);
        foreach (var (name, expected) in oracle)
        {
            Assert.Equal(expected.shape, actual[name].shape);
            if (expected.numel() == 0)
            {
                continue;
            }

            var scale = Math.Max(expected.abs().max().item<double>(), 1e-3);
            var error = (actual[name].to(ScalarType.Float64) - expected).abs().max().item<double>() / scale;
            Assert.True(error <= tolerance, $"{name} is off by {error:e1} of its largest entry; {tolerance:e1} is allowed. {of}");
        }
    }

    private Dictionary<string, Tensor> Measure(ScalarType type, Func<IReadOnlyDictionary<string, Tensor>, Tensor> forward, Tensor upstream)
    {
        var leaves = Leaves(type);
        var given = leaves.ToDictionary(l => l.Key, l => l.Key == "x" ? Arrange(l.Value) : l.Value);
        var y = forward(given);
        y.backward([upstream.to(type)]);
        var results = new Dictionary<string, Tensor> { ["y"] = y.detach() };
        foreach (var (name, leaf) in leaves)
        {
            results[name] = leaf.grad ?? zeros_like(leaf);
        }

        return results;
    }
}
