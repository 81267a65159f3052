using LibMoE.Runtime.Kernels.Backbone;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Vision;

/// <summary>One vector per patch: its pixels projected, as a convolution of the patch's size and stride does, with a learned position
/// added.</summary>
internal sealed class PatchEmbedding : nn.Module<Tensor, Tensor>
{
    private readonly int _patch;
    private readonly int _grid;

    [ComponentName(Name = "patch.weight")]
    private readonly Parameter _weight_DCPP;

    [ComponentName(Name = "patch.bias")]
    private readonly Parameter? _bias_D;

    [ComponentName(Name = "class_token")]
    private readonly Parameter? _class_D;

    [ComponentName(Name = "position.weight")]
    private readonly Parameter _position_ND;

    public PatchEmbedding(VisionConfig config, ParameterSource parameters, string prefix)
        : base(nameof(PatchEmbedding))
    {
        (_patch, _grid) = (config.PatchSize, config.Grid);
        _weight_DCPP = parameters.Make(prefix + "patch.weight");
        _bias_D = parameters.Find(prefix + "patch.bias");
        _class_D = parameters.Find(prefix + "class_token");
        _position_ND = parameters.Make(prefix + "position.weight");
        RegisterComponents();
    }

    /// <summary>The class token, where there is one, and the patches row by row.</summary>
    /// <param name="images_ICHW">Images of any size that holds a patch.</param>
    /// <returns>[I, N, D].</returns>
    public override Tensor forward(Tensor images_ICHW)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (images_ICHW.shape[2] / _patch, images_ICHW.shape[3] / _patch);
        var patches_IND = LinearProduct.Run(Cut(images_ICHW.to(_weight_DCPP.dtype), rows, columns), _weight_DCPP.flatten(1), _bias_D);
        if (_class_D is not null)
        {
            var class_I1D = _class_D.view(1, 1, -1).expand(patches_IND.shape[0], 1, -1);
            patches_IND = cat([class_I1D, patches_IND], 1);
        }

        return patches_IND.Plus(LearnedPositions.At(_position_ND, _grid, rows, columns)).MoveToOuterDisposeScope();
    }

    /// <summary>The pixels of each patch, colour by colour [I, N, C·P·P]; what lies beyond whole patches is cut off.</summary>
    private Tensor Cut(Tensor images_ICHW, long rows, long columns)
    {
        var (images, channels) = (images_ICHW.shape[0], images_ICHW.shape[1]);
        var whole_ICHW = images_ICHW.narrow(2, 0, rows * _patch).narrow(3, 0, columns * _patch);
        return whole_ICHW.reshape(images, channels, rows, _patch, columns, _patch)
            .permute(0, 2, 4, 1, 3, 5).reshape(images, rows * columns, channels * _patch * _patch);
    }
}
