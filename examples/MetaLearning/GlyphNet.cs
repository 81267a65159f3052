using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MetaLearning;

/// <summary>A drawing [n, 1, 21, 21] as nine places of 32 channels by three convolutions, then the mixture or dense FFN at each place.
/// Norms are over a drawing's own numbers: a norm over a batch would tell a task's queries about each other.</summary>
internal sealed class GlyphNet : nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)>
{
    /// <summary>Tokens of a drawing.</summary>
    public const int Places = 9;

    /// <summary>Numbers of a drawing's features.</summary>
    public const int Features = Places * Channels;

    private const int Channels = 32;

    private readonly Sequential see = nn.Sequential(Halve(1), Halve(Channels), Halve(Channels));
    private readonly FeedForward ffn;

    public GlyphNet(LearnerSetup setup)
        : base(nameof(GlyphNet))
    {
        ffn = setup.FeedForward(Channels, prefix: "net.ffn.");
        RegisterComponents();
    }

    public override (Tensor Features, IReadOnlyList<Routing> Routings) forward(Tensor x_N1SS, MoeContext context)
    {
        var h_NPC = see.forward(x_N1SS).flatten(2).transpose(1, 2).contiguous();
        var (mixed_NPC, routing) = ffn.forward(h_NPC, context);
        return (h_NPC.Plus(mixed_NPC).flatten(1), routing is null ? [] : [routing]);
    }

    private static Sequential Halve(int channels)
    {
        // TorchSharp leaves the numbers of a new GroupNorm to chance.
        var norm = nn.GroupNorm(1, Channels);
        nn.init.ones_(norm.weight);
        nn.init.zeros_(norm.bias);
        return nn.Sequential(nn.Conv2d(channels, Channels, kernel_size: 3, stride: 2, padding: 1), norm, nn.ReLU());
    }
}
