using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Vision;

/// <summary>
/// S², scaling on scales (Shi et al. 2024): an image at several sizes, each cut into tiles of the encoder's size; tiles are put together
/// again, averaged down to the grid of one tile, and the scales stand side by side in the channels.
/// </summary>
/// <remarks>
/// Images come at the largest size; smaller ones are made of them by bicubic interpolation (a = −0.75, <c>align_corners = false</c>, no
/// antialiasing), as s2wrapper does and LLaVA uses it. LibMoE's "1,3" begins at the encoder's size instead and enlarges that, so that its
/// larger scale has no detail of its own, and calls the encoder once a scale, with the balancing terms averaged over the scales. Here the
/// tiles of all scales go through the encoder in one call, so that each MoE layer routes once. Class tokens are left out.
/// </remarks>
/// <param name="config">The encoder.</param>
internal sealed class ImageScales(VisionConfig config)
{
    /// <summary>The tiles of all images: scale by scale, then image by image, row by row.</summary>
    /// <param name="images_ICHW">Images of the largest size.</param>
    /// <returns>[I·Σ scale², C, S, S].</returns>
    public Tensor Tiles(Tensor images_ICHW)
    {
        using var scope = NewDisposeScope();
        var tiles = config.Scales.Select(scale => Cut(At(images_ICHW, (long)config.ImageSize * scale), scale));
        return cat([.. tiles], 0).MoveToOuterDisposeScope();
    }

    /// <summary>The features of the images.</summary>
    /// <param name="tiles_IND">Those of their tiles [I·Σ scale², N, D].</param>
    /// <param name="images">I.</param>
    /// <returns>[I, N, D·scales].</returns>
    public Tensor Join(Tensor tiles_IND, long images)
    {
        using var scope = NewDisposeScope();
        var first = 0L;
        var joined = new List<Tensor>();
        foreach (var scale in config.Scales)
        {
            var count = images * scale * scale;
            joined.Add(Average(tiles_IND.narrow(0, first, count), images, scale));
            first += count;
        }

        return cat([.. joined], -1).MoveToOuterDisposeScope();
    }

    private static Tensor At(Tensor images_ICHW, long size) => images_ICHW.shape[2] == size && images_ICHW.shape[3] == size
        ? images_ICHW
        : nn.functional.interpolate(images_ICHW, [size, size], mode: InterpolationMode.Bicubic, align_corners: false);

    private Tensor Cut(Tensor images_ICHW, int scale)
    {
        var (channels, size) = (images_ICHW.shape[1], config.ImageSize);
        return images_ICHW.reshape(-1, channels, scale, size, scale, size).permute(0, 2, 4, 1, 3, 5).reshape(-1, channels, size, size);
    }

    /// <summary>The grid of scale·G patches a side, each G-th part of it averaged: scale² patches become one feature.</summary>
    private Tensor Average(Tensor tiles_IND, long images, int scale)
    {
        var (grid, dim) = ((long)config.Grid, tiles_IND.shape[2]);
        var whole_IHWD = tiles_IND.reshape(images, scale, scale, grid, grid, dim).permute(0, 1, 3, 2, 4, 5);
        return whole_IHWD.reshape(images, grid, scale, grid, scale, dim).mean([2, 4]).reshape(images, grid * grid, dim);
    }
}
