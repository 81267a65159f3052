using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.FewShot;

/// <summary>Points around a centre for each class, and small nets for them.</summary>
internal static class FewShotNets
{
    public static FewShotData Data { get; } = new("points", Points(classes: 8, seed: 1), Points(classes: 6, seed: 2))
    {
        Ways = 3,
        Shots = 2,
        TrainShots = 2,
        Queries = 2,
        Tasks = 12,
    };

    private static LabelledRows Points(int classes, int seed)
    {
        var random = new Random(seed);
        float[][] centres = [.. Enumerable.Range(0, classes).Select(_ => Point(random, 2))];
        int[] labels = [.. Enumerable.Range(0, classes * 6).Select(row => row / 6)];
        return new LabelledRows(
            [.. labels.SelectMany(label => centres[label].Zip(Point(random, 0.7f), (centre, noise) => centre + noise))], [4], labels);
    }

    private static float[] Point(Random random, float scale) =>
        [.. Enumerable.Range(0, 4).Select(_ => scale * (2 * random.NextSingle() - 1))];
}

/// <summary>Gives points as they are, so that the learner is its last layer.</summary>
internal sealed class LinearNet() : nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)>(nameof(LinearNet))
{
    public override (Tensor Features, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context) => (x_NF, []);
}

/// <summary>A mixture behind an embedding.</summary>
internal sealed class MixedNet : nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)>
{
    private readonly Linear embed = nn.Linear(4, 8);
    private readonly FeedForward ffn;

    public MixedNet(LearnerSetup setup)
        : base(nameof(MixedNet))
    {
        ffn = setup.FeedForward(8, prefix: "net.ffn.");
        RegisterComponents();
    }

    public override (Tensor Features, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
    {
        var h_ND = embed.forward(x_NF).relu();
        var (mixed_ND, routing) = ffn.forward(h_ND, context);
        return (h_ND + mixed_ND, [routing!]);
    }
}

/// <summary>Cross-entropy of a linear layer in plain loops.</summary>
internal static class LinearOracle
{
    /// <summary>The gradient by weights [3, 4] and biases [3] of the mean over rows, whose classes come in turn.</summary>
    public static (double[] Weight_NF, double[] Bias_N) Gradient(double[] weight_NF, double[] bias_N, IReadOnlyList<int> rows, int first)
    {
        var (dw, db) = (new double[12], new double[3]);
        foreach (var (place, row) in rows.Index())
        {
            double[] x = [.. FewShotNets.Data.Train.Values.Slice(4 * row, 4).ToArray()];
            double[] e = [.. Enumerable.Range(0, 3)
                .Select(n => Math.Exp(bias_N[n] + x.Select((value, f) => value * weight_NF[4 * n + f]).Sum()))];
            for (var n = 0; n < 3; n++)
            {
                var slope = (e[n] / e.Sum() - ((first + place) % 3 == n ? 1 : 0)) / rows.Count;
                db[n] += slope;
                for (var f = 0; f < 4; f++)
                {
                    dw[4 * n + f] += slope * x[f];
                }
            }
        }

        return (dw, db);
    }
}

[MoeLayer, Experts<Relu>(4, Hidden = 8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class FewShotMoe;
