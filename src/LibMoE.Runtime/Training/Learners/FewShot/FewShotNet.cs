using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>A net with its last layer: <c>net.</c> from examples [n, ..] to features [n, D], <c>head.</c> from these to the N classes of a
/// task, and, where it is pre-trained, <c>classes.</c> to all training classes.</summary>
internal sealed class FewShotNet : nn.Module
{
    /// <summary>The beginning of the names of the last layer's parameters.</summary>
    public const string Head = "head.";

    private readonly nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)> net;
    private readonly Linear head;
    private readonly Linear? classes;

    /// <summary>Takes a net, and adds layers.</summary>
    /// <param name="features">The net.</param>
    /// <param name="width">D.</param>
    /// <param name="ways">N.</param>
    /// <param name="trained">How many training classes it is pre-trained on; null where it is not.</param>
    /// <param name="newHead">Whether the last layer is of zeros.</param>
    public FewShotNet(
        nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)> features, int width, int ways, int? trained,
        bool newHead)
        : base(nameof(FewShotNet))
    {
        net = features;
        head = nn.Linear(width, ways);
        classes = trained is { } count ? nn.Linear(width, count) : null;
        if (newHead)
        {
            nn.init.zeros_(head.weight);
            nn.init.zeros_(head.bias!);
        }

        RegisterComponents();
    }

    /// <summary>Features [n, D] of examples [n, ..], and what each MoE layer did.</summary>
    public (Tensor Features_ND, IReadOnlyList<Routing> Routings) Features(Tensor x, MoeContext context) => net.forward(x, context);

    /// <summary>Logits [n, N] of a task's classes.</summary>
    public Tensor Logits(Tensor x, MoeContext context) => head.forward(net.forward(x, context).Features);

    /// <summary>The cross-entropy of a task's classes, a scalar [].</summary>
    /// <param name="examples">Examples [n, ..] and their classes [n].</param>
    /// <param name="context">For the MoE layers.</param>
    public Tensor Loss((Tensor X, Tensor Y_N) examples, MoeContext context) =>
        nn.functional.cross_entropy(Logits(examples.X, context), examples.Y_N);

    /// <summary>Logits [n, C] of all training classes, and what each MoE layer did.</summary>
    public (Tensor Logits_NC, IReadOnlyList<Routing> Routings) Classes(Tensor x, MoeContext context)
    {
        var (features_ND, routings) = net.forward(x, context);
        return (classes!.forward(features_ND), routings);
    }
}
