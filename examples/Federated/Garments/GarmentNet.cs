using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Federated;

/// <summary>A picture of a garment as one row of pixels through one block: embedding, mixture or dense FFN, linear head.</summary>
internal sealed class GarmentNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    private const int Width = 96;

    private readonly Linear embed, head;
    private readonly FeedForward ffn;

    public GarmentNet(LearnerSetup setup, ClassifierData data)
        : base(nameof(GarmentNet))
    {
        (embed, head) = (nn.Linear(data.Train.Values.Length / data.Train.Count, Width), nn.Linear(Width, data.Classes.Count));
        ffn = setup.FeedForward(Width, prefix: "ffn.");
        RegisterComponents();
    }

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_N1SS, MoeContext context)
    {
        var h_ND = embed.forward(x_N1SS.flatten(1)).relu();
        var (mixed_ND, routing) = ffn.forward(h_ND, context);
        return (head.forward(h_ND.Plus(mixed_ND)), routing is null ? [] : [routing]);
    }

    /// <summary>What it takes each picture for.</summary>
    public int[] Say(LabelledRows rows)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        eval();
        return [.. forward(rows.Batch([.. Enumerable.Range(0, rows.Count)]), new MoeContext { Losses = false }).Logits
            .argmax(1).data<long>().Select(label => (int)label)];
    }
}
