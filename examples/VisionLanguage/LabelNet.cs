using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace VisionLanguage;

/// <summary>An encoder whose mean feature of each region goes through a linear head for each group of labels.</summary>
internal sealed class LabelNet : nn.Module<Tensor, IReadOnlyList<Tensor>>
{
    private readonly VisionEncoder vision;
    private readonly ModuleList<Linear> heads = [];
    private readonly int _side;

    public LabelNet(VisionConfig config, PictureTask task, long seed)
        : base(nameof(LabelNet))
    {
        (vision, _side) = (VisionEncoder.Create(config, seed: seed), task.Side);
        var bound = 1 / Math.Sqrt(config.FeatureWidth);
        using var quiet = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var group in task.Groups)
        {
            // By the seed alone: libtorch's generator stands where the cell has left it that needs the encoder first.
            var head = nn.Linear(config.FeatureWidth, group.Labels.Count);
            head.weight!.uniform_(-bound, bound, generator);
            head.bias!.uniform_(-bound, bound, generator);
            heads.append(head);
        }

        RegisterComponents();
    }

    public VisionEncoder Vision => vision;

    /// <summary>For each group the logits of its C labels in each of the R regions, [I, R, C].</summary>
    public override IReadOnlyList<Tensor> forward(Tensor images_ICHW)
    {
        var features_IND = vision.forward(images_ICHW).Features;
        var (images, part, width) = (features_IND.shape[0], vision.Config.Grid / _side, features_IND.shape[2]);
        var means_IRD = features_IND.reshape(images, _side, part, _side, part, width).mean([2, 4]).reshape(images, _side * _side, width);
        return [.. heads.Select(head => head.forward(means_IRD))];
    }
}
