using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>Two tasks over one block: what both read is the dense FFN's or a mixture's, or each has its own mixture of the same experts
/// (MMoE, Ma et al. 2018): y_k = h + Σ_i softmax(W_k·h)_i·f_i(h).</summary>
internal sealed class TaskNet : nn.Module<Tensor, MoeContext, (Tensor Areas_NI, Tensor Longer_N, IReadOnlyList<Routing> Routings)>
{
    private const int Width = 96;

    private readonly Linear embed, areas, longer;
    private readonly FeedForward? dense;
    private readonly MoeLayer? ofAreas, ofLonger;

    public TaskNet(LearnerSetup setup, int known)
        : base(nameof(TaskNet))
    {
        (embed, areas, longer) = (nn.Linear(known, Width), nn.Linear(Width, known), nn.Linear(Width, 1));
        if (setup.Mixture is { } mixture)
        {
            ofAreas = mixture.Create(setup.Shape(Width, prefix: "ofAreas."));
            ofLonger = mixture.Name == nameof(GatePerTask)
                ? mixture.Create(setup.Shape(Width, prefix: "ofLonger.") with { ExpertsOf = ofAreas })
                : null;
        }
        else
        {
            dense = setup.FeedForward(Width, prefix: "dense.");
        }

        RegisterComponents();
    }

    /// <summary>The gates, in the order of the routings.</summary>
    public IReadOnlyList<MoeLayer> Gates => [.. new[] { ofAreas, ofLonger }.OfType<MoeLayer>()];

    public override (Tensor Areas_NI, Tensor Longer_N, IReadOnlyList<Routing> Routings) forward(Tensor given_NI, MoeContext context)
    {
        var h_ND = embed.forward(given_NI / given_NI.sum([1], keepdim: true).sqrt().AtLeast(1)).tanh();
        var mixed = Gates.Select(gate => gate.forward(h_ND, context)).ToList();
        List<Tensor> read = [.. mixed.Select(one => one.Hidden).DefaultIfEmpty(dense?.forward(h_ND, context).Hidden!)];
        return (
            areas.forward(h_ND.Plus(read[0])),
            longer.forward(h_ND.Plus(read[^1])).squeeze(-1),
            [.. mixed.Select(one => one.Routing)]);
    }
}
