using LibMoE.Runtime.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Layers whose experts are shared against whole ones on the tokens of all ranks, in float64: outputs, and the gradients of tokens
/// and experts.</summary>
internal static class RowsWorker
{
    private const int Dim = 16;
    private const int Tokens = 12;

    private static readonly MoeVariant[] Variants =
    [
        MoeVariant.Of<BiasMoe>(), MoeVariant.Of<ImportanceMoe>(), MoeVariant.Of<GroupsMoe>(), MoeVariant.Of<LatentMoe>(),
        MoeVariant.Of<InputMoe>(),
    ];

    /// <summary>Where tokens go: as the router says; all to the first expert, so that other ranks get no rows; and the last rank has no
    /// tokens.</summary>
    private static readonly string[] Kinds = ["routed", "to one", "no tokens"];

    public static int Run(Ranks ranks)
    {
        foreach (var variant in Variants)
        {
            foreach (var kind in Kinds)
            {
                var off = Off(ranks, variant, kind);
                Console.WriteLine($"rank {ranks.Rank} {variant.Name} {kind}: {(off < 1e-12 ? "right" : $"WRONG {off}")}");
            }

            Console.WriteLine($"rank {ranks.Rank} {variant.Name} tensors: {(IsFlat(ranks, variant) ? "right" : "WRONG")}");
        }

        return 0;
    }

    private static double Off(Ranks ranks, MoeVariant variant, string kind)
    {
        using var scope = NewDisposeScope();
        var counts_R = Enumerable.Range(0, ranks.Size)
            .Select(rank => kind == "no tokens" && rank == ranks.Size - 1 ? 0L : Tokens + rank).ToList();
        using var generator = new Generator(5);
        var all_TD = empty([counts_R.Sum(), Dim], ScalarType.Float64).normal_(0, 1, generator).requires_grad_(true);
        var (from, count) = (counts_R.Take(ranks.Rank).Sum(), counts_R[ranks.Rank]);
        var own_TD = all_TD.detach().narrow(0, from, count).clone().requires_grad_(true);
        using var shared = variant.Create(Shape with { Ranks = ranks });
        using var whole = variant.Create(Shape);
        var y_TD = Run(shared, own_TD, kind);
        var expected_TD = Run(whole, all_TD, kind);
        var slices = ExpertSlices.Of(shared);
        var gradients = whole.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad);
        var stacks = shared.named_parameters().Where(entry => slices.Find(entry.name) is not null).ToList();
        double[] differences =
        [
            stacks.Count == 0 ? double.NaN : 0,
            Largest(y_TD, expected_TD.narrow(0, from, count)),
            Largest(own_TD.grad!, all_TD.grad!.narrow(0, from, count)),
            .. stacks.Select(entry => Largest(entry.parameter.grad!, slices.Find(entry.name)!.Cut(gradients[entry.name]!))),
        ];
        return differences.Aggregate(0.0, Math.Max);
    }

    private static MoeShape Shape { get; } = new(Dim) { DType = ScalarType.Float64, Seed = 4, Prefix = "blocks.1.ffn." };

    /// <summary>y and, behind it, the gradients of Σ y².</summary>
    private static Tensor Run(MoeLayer layer, Tensor x_TD, string kind)
    {
        var y_TD = layer.forward(x_TD, new MoeContext { Losses = false, Reroute = kind == "to one" ? ToOne : null }).Hidden;
        y_TD.square().sum().backward();
        return y_TD.detach();
    }

    private static Picks ToOne(Routing own)
    {
        var experts_TK = full_like(own.Experts!, -1);
        experts_TK.narrow(1, 0, 1).fill_(0);
        return new Picks(experts_TK, own.Weights);
    }

    /// <summary>0 of nothing.</summary>
    private static double Largest(Tensor one, Tensor other) =>
        one.shape.SequenceEqual(other.shape) ? one.numel() == 0 ? 0 : (one - other).abs().max().item<double>() : double.NaN;

    /// <summary>Whether calls leave no tensors behind.</summary>
    private static bool IsFlat(Ranks ranks, MoeVariant variant)
    {
        using var layer = variant.Create(Shape with { Ranks = ranks });
        Call();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (var call = 0; call < 5; call++)
        {
            Call();
        }

        return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount == before;

        void Call()
        {
            using var scope = NewDisposeScope();
            _ = Run(layer, ones(Tokens, Dim, ScalarType.Float64).requires_grad_(true), "routed");
            layer.zero_grad();
        }
    }
}
