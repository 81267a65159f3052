using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Translation;

/// <summary>
/// A transformer of encoder and decoder (Vaswani et al. 2017), two blocks each with norms before their parts. Sources, translations and
/// what is said next share one table of pieces.
/// </summary>
internal sealed class TranslationNet : nn.Module
{
    /// <summary>Blocks of the encoder, and of the decoder.</summary>
    public const int Blocks = 2;

    private const int Width = 128;

    private readonly Embedding pieces;
    private readonly ModuleList<EncoderBlock> encoder;
    private readonly ModuleList<DecoderBlock> decoder;
    private readonly LayerNorm understood = nn.LayerNorm(Width), said = nn.LayerNorm(Width);
    private readonly Tensor places;

    public TranslationNet(LearnerSetup setup, int ids)
        : base(nameof(TranslationNet))
    {
        pieces = nn.Embedding(ids, Width);
        using (no_grad())
        {
            pieces.weight!.mul_(tensor(1 / Math.Sqrt(Width), ScalarType.Float32));
        }

        encoder = [.. Enumerable.Range(0, Blocks).Select(block => new EncoderBlock(Width, Ffn("encoder", block, block)))];
        decoder = [.. Enumerable.Range(0, Blocks).Select(block => new DecoderBlock(Width, Ffn("decoder", block, Blocks + block)))];
        places = Positions.Of(EncodedPair.Longest + 1, Width);
        RegisterComponents();

        FeedForward Ffn(string part, int block, int layer) =>
            setup.FeedForward(Width, 4 * Width, $"{part}.{block}.ffn.", layer: layer, layers: 2 * Blocks);
    }

    /// <summary>What the source says, [S, P, D].</summary>
    public (Tensor Source_SPD, IReadOnlyList<Routing> Routings) Encode(IdRows source, MoeContext context)
    {
        var (x_SPD, routings) = (Embed(source.Ids_SL), new List<Routing>());
        foreach (var block in encoder)
        {
            (x_SPD, var routing) = block.forward(x_SPD, source.Mask_SL, Of(context, source));
            routings.AddRange(routing is null ? [] : [routing]);
        }

        return (understood.forward(x_SPD), routings);
    }

    /// <summary>What is to be said after each token of a translation, [S, L, D].</summary>
    public (Tensor Hidden_SLD, IReadOnlyList<Routing> Routings) Decode(
        IdRows target, Tensor source_SPD, Tensor mask_SP, MoeContext context)
    {
        var (x_SLD, routings) = (Embed(target.Ids_SL), new List<Routing>());
        foreach (var block in decoder)
        {
            (x_SLD, var routing) = block.forward(x_SLD, source_SPD, mask_SP, Of(context, target));
            routings.AddRange(routing is null ? [] : [routing]);
        }

        return (said.forward(x_SLD), routings);
    }

    /// <summary>Logits of the first ids, [.., sayable].</summary>
    public Tensor Logits(Tensor hidden_ND, int sayable) => hidden_ND.matmul(pieces.weight!.narrow(0, 0, sayable).t());

    private Tensor Embed(Tensor ids_SL) =>
        pieces.forward(ids_SL).Times(Math.Sqrt(Width)).Plus(places.narrow(0, 0, ids_SL.shape[1]));

    /// <summary>Padding goes to no expert.</summary>
    private static MoeContext Of(MoeContext context, IdRows rows) => new()
    {
        TokenIds = rows.Ids_SL,
        Mask = rows.Mask_SL,
        Step = context.Step,
        Losses = context.Losses,
        Reroute = context.Reroute,
    };
}
