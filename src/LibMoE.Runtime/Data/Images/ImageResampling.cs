namespace LibMoE.Runtime;

/// <summary>How images are made smaller or larger, as Pillow names it.</summary>
public enum ImageResampling
{
    /// <summary>A triangle of ±1 pixel.</summary>
    Bilinear,

    /// <summary>Keys' cubic of ±2 pixels with a = −0.5 (Keys 1981).</summary>
    Bicubic,
}
