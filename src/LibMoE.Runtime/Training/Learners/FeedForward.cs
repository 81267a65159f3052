using LibMoE.Runtime.Models;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>The FFN of a learner's block: a declared layer, or the dense one that it is compared with, y = W₂·gelu(W₁·x).</summary>
public sealed class FeedForward : nn.Module<Tensor, MoeContext, (Tensor Hidden, Routing? Routing)>
{
    [ComponentName(Name = "mixture")]
    private readonly MoeLayer? _mixture;

    [ComponentName(Name = "up")]
    private readonly Linear? _up;

    [ComponentName(Name = "down")]
    private readonly Linear? _down;

    /// <summary>Makes one; a dense one draws its parameters from libtorch's generator.</summary>
    /// <param name="mixture">The declared layer; null for a dense FFN.</param>
    /// <param name="matched">The declaration whose active parameters a dense FFN has; null, or a
    /// block without a layer of it, makes it as wide as the shape says.</param>
    /// <param name="shape">Widths, place and seed; the prefix is that of this module. Where the mixture's layers differ by block, its
    /// <see cref="MoeShape.Layer"/> says which one this is; a block without a layer gets a dense FFN.</param>
    /// <exception cref="ArgumentException">The declaration does not fit the shape or the number of blocks, or a dense FFN has no
    /// width.</exception>
    public FeedForward(MoeVariant? mixture, MoeDeclaration? matched, MoeShape shape)
        : base(nameof(FeedForward))
    {
        if (BlockLayout.Problems(shape, mixture?.Declaration) is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(shape));
        }

        if (mixture?.In(shape.Layer) is { } here)
        {
            _mixture = here.Create(shape with { Prefix = shape.Prefix is { } prefix ? prefix + "mixture." : null });
        }
        else
        {
            Hidden = matched?.In(shape.Layer) is { } layer
                ? Math.Max(1, (long)Math.Round((double)layer.ActiveParameters(shape) / (2 * shape.Dim)))
                : shape.Hidden;
            if (Hidden < 1)
            {
                throw new ArgumentException(
                    $"A dense FFN needs a hidden width; {nameof(MoeShape.Hidden)} is {shape.Hidden}.",
                    nameof(shape));
            }

            _up = nn.Linear(shape.Dim, Hidden, hasBias: false, device: shape.Device, dtype: shape.DType);
            _down = nn.Linear(Hidden, shape.Dim, hasBias: false, device: shape.Device, dtype: shape.DType);
        }

        RegisterComponents();
    }

    /// <summary>H of a dense FFN; 0 of a mixture.</summary>
    public long Hidden { get; }

    /// <summary>Runs the FFN.</summary>
    /// <param name="x">Tokens [.., D].</param>
    /// <param name="context">Passed on to the layer.</param>
    /// <returns>[.., D], and what the layer did; no routing of a dense FFN.</returns>
    public override (Tensor Hidden, Routing? Routing) forward(Tensor x, MoeContext context)
    {
        if (_mixture is not null)
        {
            var output = _mixture.forward(x, context);
            return (output.Hidden, output.Routing);
        }

        using var scope = NewDisposeScope();
        return (_down!.forward(nn.functional.gelu(_up!.forward(x))).MoveToOuterDisposeScope(), null);
    }
}
