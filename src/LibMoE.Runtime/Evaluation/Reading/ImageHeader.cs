using SkiaSharp;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>What the first bytes of an image say, before anyone decodes it.</summary>
internal static class ImageHeader
{
    /// <summary>Larger sides are refused: such an image would take gigabytes.</summary>
    public const int LongestSide = 16384;

    /// <summary>What is wrong with an image; null where its header is in order.</summary>
    public static string? Problem(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return "is empty";
        }

        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        return codec is null ? "is no image of a known format"
            : codec.Info is { Width: > 0, Height: > 0 } size && Math.Max(size.Width, size.Height) <= LongestSide ? null
            : FormattableString.Invariant($"is {codec.Info.Width} × {codec.Info.Height} pixels; sides of 1 to {LongestSide} are taken");
    }
}
