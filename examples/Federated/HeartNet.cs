using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Federated;

/// <summary>A patient's 13 numbers to the logits of well, which is 0, and ill. Without a mixture it is logistic regression, FLamby's model;
/// with one a block stands before it.</summary>
internal sealed class HeartNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    private const int Width = 16;

    private readonly Linear head;
    private readonly Linear? embed;
    private readonly FeedForward? ffn;

    public HeartNet(LearnerSetup setup, ClassifierData data)
        : base(nameof(HeartNet))
    {
        if (setup.Mixture is not null)
        {
            embed = nn.Linear(data.Train.Shape[0], Width);
            ffn = setup.FeedForward(Width, prefix: "ffn.");
        }

        head = nn.Linear(setup.Mixture is null ? data.Train.Shape[0] : Width, 1);
        RegisterComponents();
    }

    public static ClassifierLearner Learner(LearnerSetup setup, ClassifierData data)
    {
        random.manual_seed(setup.Seed);
        return new ClassifierLearner(setup, data, new HeartNet(setup, data));
    }

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
    {
        var (h_ND, routing) = (x_NF, (Routing?)null);
        if (ffn is not null)
        {
            var embedded_ND = embed!.forward(x_NF).relu();
            (var mixed_ND, routing) = ffn.forward(embedded_ND, context);
            h_ND = embedded_ND.Plus(mixed_ND);
        }

        var ill_N1 = head.forward(h_ND);
        return (cat([zeros_like(ill_N1), ill_N1], 1), routing is null ? [] : [routing]);
    }

    /// <summary>Whom it takes for ill.</summary>
    public int[] Say(LabelledRows rows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        eval();
        return [.. forward(rows.Batch([.. Enumerable.Range(0, rows.Count)]), new MoeContext { Losses = false }).Logits
            .argmax(1).data<long>().Select(label => (int)label)];
    }
}
