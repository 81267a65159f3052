using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Speech;

/// <summary>A spectrogram [N, bands, 32] as 16 frames: two convolutions over time, mixture or dense FFN, mean, linear head.</summary>
internal sealed class FrameNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    /// <summary>Frames that routers see of an utterance.</summary>
    public const int Frames = Spectrogram.Columns / 2;

    private const int Width = 64;

    private readonly Conv1d hear, join;
    private readonly FeedForward ffn;
    private readonly Linear head = nn.Linear(Width, 10);

    public FrameNet(LearnerSetup setup)
        : base(nameof(FrameNet))
    {
        hear = nn.Conv1d(Spectrogram.Bands, Width, kernel_size: 5, padding: 2);
        join = nn.Conv1d(Width, Width, kernel_size: 5, stride: 2, padding: 2);
        ffn = setup.FeedForward(Width, prefix: "ffn.");
        RegisterComponents();
    }

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NBC, MoeContext context)
    {
        var h_NFD = join.forward(hear.forward(x_NBC).relu()).relu().transpose(1, 2).contiguous();
        var (mixed_NFD, routing) = ffn.forward(h_NFD, context);
        return (head.forward(h_NFD.Plus(mixed_NFD).mean([1])), routing is null ? [] : [routing]);
    }
}
