using System.ComponentModel;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QuantumGate;

/// <summary>Two half circles that reach into each other, as scikit-learn's <c>make_moons</c> has them, with noise of deviation
/// 0.2.</summary>
internal static class Moons
{
    public static ClassifierData Make() => new("two moons", ["upper", "lower"], Draw(1000, seed: 1), Draw(4000, seed: 2))
    {
        Baselines =
        [
            ("logistic regression", data => LogisticRegression.Predict(data)),
            ("nearest neighbours", data => NearestNeighbours.Predict(data)),
        ],
    };

    private static LabelledRows Draw(int count, int seed)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(row => row % 2)];
        return new LabelledRows([.. labels.SelectMany(label => Point(label, Math.PI * random.NextDouble()))], [2], labels);

        float[] Point(int label, double angle) => label == 0
            ? [(float)(Math.Cos(angle) + Noise()), (float)(Math.Sin(angle) + Noise())]
            : [(float)(1 - Math.Cos(angle) + Noise()), (float)(0.5 - Math.Sin(angle) + Noise())];

        double Noise() => 0.2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}

/// <summary>The mixture is the whole model: what its experts make of a point are the logits.</summary>
internal sealed class MoonNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    private readonly FeedForward ffn;

    public MoonNet(LearnerSetup setup)
        : base(nameof(MoonNet))
    {
        ffn = setup.FeedForward(dim: 2, hidden: 8, prefix: "ffn.");
        RegisterComponents();
    }

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
    {
        var (logits_NC, routing) = ffn.forward(x_NF, context);
        return (logits_NC, routing is null ? [] : [routing]);
    }
}

[Description("f_e(x) = x·A_e + b_e")]
public sealed class Affine : nn.Module<Tensor, Tensor>, IExpertKind<Affine>
{
    private readonly Parameter matrix, bias;

    private Affine(ExpertPlace place)
        : base(nameof(Affine))
    {
        (matrix, bias) = (place.Parameter("matrix", 1, place.Shape.Dim, place.Shape.Dim), place.Parameter("bias", 1, place.Shape.Dim));
        RegisterComponents();
    }

    public static Affine Create(ExpertPlace place) => new(place);

    public override Tensor forward(Tensor x_ND) => x_ND.matmul(matrix).Plus(bias);
}
