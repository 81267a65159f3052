using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Segmentation;

/// <summary>
/// Least squares with a ridge from the pixels around one to its class, W = (XᵀX + λI)⁻¹XᵀY, which is one convolution (Hoerl and Kennard
/// 1970). Beyond the border of the scene the grey is the middle one.
/// </summary>
/// <param name="weights">Of each place of the patch, then of 1, for each class, [features, classes].</param>
/// <param name="reach">Pixels to each side.</param>
internal sealed class PatchRegression(float[] weights, int reach)
{
    private const double Ridge = 100;

    public static PatchRegression Fit(IReadOnlyList<Scene> examples, int reach)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (side, classes) = (2 * reach + 1, Scene.Kinds.Count);
        var features = side * side + 1;
        var gram_FF = eye(features, dtype: ScalarType.Float64).Times(Ridge);
        var toward_FC = zeros(features, classes, dtype: ScalarType.Float64);
        foreach (var scene in examples)
        {
            using var inner = NewDisposeScope();
            var x_PF = Patches(scene, reach).to(ScalarType.Float64);
            var y_PC = nn.functional.one_hot(tensor(scene.Classes.Select(kind => (long)kind).ToArray()), classes).to(ScalarType.Float64);
            gram_FF.add_(x_PF.t().matmul(x_PF), Scalars.One);
            toward_FC.add_(x_PF.t().matmul(y_PC), Scalars.One);
        }

        return new PatchRegression([.. linalg.solve(gram_FF, toward_FC).to(ScalarType.Float32).data<float>()], reach);
    }

    public IReadOnlyList<int> Say(Scene scene)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var weights_FC = tensor(weights, [weights.Length / Scene.Kinds.Count, Scene.Kinds.Count]);
        return [.. Patches(scene, reach).matmul(weights_FC).argmax(1).to(ScalarType.Int32).data<int>()];
    }

    /// <summary>The patch around each pixel and a 1, [pixels, features].</summary>
    private static Tensor Patches(Scene scene, int reach)
    {
        using var scope = NewDisposeScope();
        var scene_11HW = tensor(scene.Pixels.Select(pixel => pixel / 127.5f - 1).ToArray(), [1, 1, Scene.Side, Scene.Side]);
        var patches_PF = nn.functional.unfold(scene_11HW, kernel_size: 2 * reach + 1, padding: reach).squeeze(0).t();
        return cat([patches_PF, ones(Scene.Size, 1)], 1).MoveToOuterDisposeScope();
    }
}
