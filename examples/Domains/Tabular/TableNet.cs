using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tabular;

/// <summary>A row of a table through one block: embedding, mixture or dense FFN, linear head.</summary>
internal sealed class TableNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    private const int Width = 64;

    private readonly Linear embed, head;
    private readonly FeedForward ffn;

    public TableNet(LearnerSetup setup, ClassifierData data)
        : base(nameof(TableNet))
    {
        (embed, head) = (nn.Linear(data.Train.Shape[0], Width), nn.Linear(Width, data.Classes.Count));
        ffn = setup.FeedForward(Width, prefix: "ffn.");
        RegisterComponents();
    }

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
    {
        var h_ND = embed.forward(x_NF).relu();
        var (mixed_ND, routing) = ffn.forward(h_ND, context);
        return (head.forward(h_ND.Plus(mixed_ND)), routing is null ? [] : [routing]);
    }
}
