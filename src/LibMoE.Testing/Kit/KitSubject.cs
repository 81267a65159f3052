using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>The variant under test, and how the kit makes layers and inputs of it.</summary>
internal sealed class KitSubject(MoeVariant variant, KitOptions options)
{
    /// <summary>Picks have to survive a relative change of the tokens by this much, so that rounding cannot turn them.</summary>
    private const double Margin = 1e-4;

    /// <summary>The state of a hash gate that names experts, which other numbers do not.</summary>
    private const string Table = "router.table";

    /// <summary>How many token ids there are where the declaration does not say.</summary>
    private const int Vocabulary = 1000;

    public MoeDeclaration Declaration => variant.Declaration;

    /// <summary>Whether no number decides what is picked.</summary>
    private bool PicksAreKnown => Declaration.Kind is RoutingKind.Hash or RoutingKind.SoftSlots;

    private long Ids => Declaration.Gate is HashGateAttribute { Vocabulary: > 0 } gate ? gate.Vocabulary : Vocabulary;

    public KitOptions Options => options;

    /// <summary>Whether training mode draws random numbers.</summary>
    public bool ActsAtRandom => Declaration.Gate is RouterGateAttribute { Jitter: > 0 } or NoisyTopKGateAttribute
        or SparseMixerGateAttribute || Declaration.ExpertDropout is not null;

    /// <summary>Why training picks by another rule than evaluation; null where it does not.</summary>
    public string? PicksOtherwiseInTraining => Declaration.Gate switch
    {
        LinearGateAttribute { Sinkhorn: true } => "Sinkhorn balances the picks in training",
        ThresholdGateAttribute => "a token without a pick has one in evaluation only",
        _ => null,
    };

    /// <summary>The gate, if it is the user's own.</summary>
    public bool OwnGate => Declaration.Gate.GetType().Assembly != typeof(GateAttribute).Assembly;

    /// <summary>A small 2-D input for checks that need many calls or single rows.</summary>
    public static KitShape Rows { get; } = new([8], 6, 5);

    /// <summary>A layer whose parameters are large enough for every part to matter; the initial ones hardly tell experts apart.</summary>
    public MoeLayer Layer(KitShape shape, ScalarType type)
    {
        var layer = Fresh(shape, type, options.Seed);
        if (options.Initialize is { } initialize)
        {
            initialize(layer);
            return layer;
        }

        using var quiet = no_grad();
        using var generator = new Generator((ulong)(options.Seed + 1));
        foreach (var (_, values) in State(layer).Where(entry => entry.Name != Table))
        {
            values.copy_(Draw(values.shape, generator));
        }

        return layer;
    }

    /// <summary>A layer as it starts, in evaluation mode.</summary>
    public MoeLayer Fresh(KitShape shape, ScalarType type, long seed)
    {
        // Layer 1 of 2, so that a residual gate has a layer before it.
        var place = new MoeShape(shape.Dim, shape.Hidden, Layer: 1, Layers: 2) { Vocabulary = Vocabulary };
        var layer = variant.Create(place with { DType = type, Seed = seed, Device = options.Device });
        layer.eval();
        return layer;
    }

    /// <summary>A float64 copy of a layer on the CPU.</summary>
    public MoeLayer Twin(MoeLayer layer)
    {
        var twin = variant.Create(layer.Shape with { DType = ScalarType.Float64, Compute = null, Device = CPU });
        twin.load_state_dict(layer.state_dict());
        twin.eval();
        return twin;
    }

    /// <summary>Every parameter and buffer by state-dict name, in a fixed order.</summary>
    public static IEnumerable<(string Name, Tensor Values)> State(MoeLayer layer) =>
        layer.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value));

    /// <summary>An input on which no pick hangs by a rounding error.</summary>
    public KitCall Call(MoeLayer layer, KitShape shape)
    {
        using var scope = NewDisposeScope();
        var oracle = PicksAreKnown ? null : new KitOracle(this, layer);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var call = Draw(layer, shape, attempt);
            if (oracle is null || PicksAreClear(oracle, call))
            {
                return call.MoveToOuterDisposeScope();
            }
        }

        throw new InvalidOperationException($"no input of the shape {shape} was found whose picks are clear of ties; the gate's scores "
            + "hardly depend on the token.");
    }

    private KitCall Draw(MoeLayer layer, KitShape shape, int attempt)
    {
        using var generator = new Generator((ulong)((options.Seed * 1000) + attempt + 7));
        var x = randn(shape.Full, ScalarType.Float32, generator: generator);
        var ids = randint(0, Ids, shape.Leading, ScalarType.Int64, generator: generator);
        var mask = rand(shape.Leading, ScalarType.Float32, generator: generator).IsAbove(0.35);
        mask.view(-1)[0].fill_(Scalars.One);
        var previous = randn([.. shape.Leading, Declaration.RoutableExperts], ScalarType.Float32, generator: generator);
        var context = new MoeContext
        {
            TokenIds = ids.to(options.Device),
            Mask = shape.Masked ? mask.to(options.Device) : null,
            PreviousLogits = Declaration.ReadsPreviousLogits == true ? previous.to(layer.Shape.RouterDType, options.Device) : null,
        };
        return new KitCall(x.to(layer.Shape.DType, options.Device).requires_grad_(true), context, shape.ToString());
    }

    private static bool PicksAreClear(KitOracle oracle, KitCall call)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var generator = new Generator(99);
        var plain = call.With(losses: false).InFloat64();
        var picks = oracle.Picks(plain);
        return Enumerable.Range(0, 3).All(_ =>
        {
            var nudge = randn(call.X.shape, ScalarType.Float64, generator: generator).Times(Margin).Plus(1);
            return oracle.Picks(plain with { X = plain.X * nudge }).eq(picks).all().item<bool>();
        });
    }

    /// <summary>
    /// N(0, 2.25/width), in float32 numbers so that layers of every type get the same; lone numbers, such as a temperature, are positive.
    /// </summary>
    private static Tensor Draw(long[] shape, Generator generator)
    {
        var values = randn(shape, ScalarType.Float32, generator: generator);
        return values.numel() == 1 ? values.abs().Plus(0.5) : values.Times(1.5 / Math.Sqrt(shape[^1]));
    }
}
