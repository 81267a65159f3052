using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Images;

/// <summary>An image encoder whose features, side by side, go through a linear head: garments and digits lie in the middle, each part in
/// its place.</summary>
internal sealed class PatchNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    private readonly VisionEncoder vision;
    private readonly Linear head;

    public PatchNet(LearnerSetup setup, ClassifierData data)
        : base(nameof(PatchNet))
    {
        var side = (int)data.Train.Shape[^1];
        var config = new VisionConfig
        {
            ImageSize = side,
            PatchSize = side / 4,
            Channels = 1,
            Dim = 64,
            Layers = 2,
            Heads = 4,
            Hidden = 128,
            Activation = Activation.Gelu,
            ClassToken = false,
            PatchBias = true,
            PreNorm = false,
            FeatureLayer = -1,
            FeatureNorm = true,
            MoeBlocks = [1],
        };
        vision = VisionEncoder.Create(config, setup.Mixture, setup.Seed, compute: setup.Shape(config.Dim).Compute);
        head = nn.Linear(config.FeatureWidth * config.Features, data.Classes.Count);
        RegisterComponents();
    }

    public int Patches => vision.Config.Features;

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor images_ICHW, MoeContext context)
    {
        var output = vision.forward(images_ICHW, context);
        return (head.forward(output.Features.flatten(1)), output.Routings);
    }
}
