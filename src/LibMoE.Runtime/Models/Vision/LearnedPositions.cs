using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Vision;

/// <summary>
/// Learned positions on a square grid, stretched to other grids as transformers' <c>interpolate_pos_encoding</c> does: bicubic with a =
/// −0.75 and borders repeated, <c>align_corners = false</c>, no antialiasing. The class token's position, where there is one, is left as it
/// is.
/// </summary>
internal static class LearnedPositions
{
    /// <summary>The positions of a grid.</summary>
    /// <param name="position_ND">The learned ones; those of the grid are the last.</param>
    /// <param name="grid">How many there are on a side.</param>
    /// <param name="rows">Rows of patches.</param>
    /// <param name="columns">Patches of a row.</param>
    /// <returns>[N, D], the class token's first.</returns>
    public static Tensor At(Tensor position_ND, int grid, long rows, long columns)
    {
        if (rows == grid && columns == grid)
        {
            return position_ND.alias();
        }

        using var scope = NewDisposeScope();
        var before = position_ND.shape[0] - (long)grid * grid;
        var grid_1DGG = position_ND.narrow(0, before, (long)grid * grid).view(1, grid, grid, -1).permute(0, 3, 1, 2);
        var stretched_1DHW = nn.functional.interpolate(grid_1DGG, [rows, columns], mode: InterpolationMode.Bicubic, align_corners: false);
        var stretched_ND = stretched_1DHW.permute(0, 2, 3, 1).reshape(rows * columns, -1);
        return (before == 0 ? stretched_ND : cat([position_ND.narrow(0, 0, before), stretched_ND], 0)).MoveToOuterDisposeScope();
    }
}
