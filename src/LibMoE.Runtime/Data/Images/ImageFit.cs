namespace LibMoE.Runtime;

/// <summary>How an image of any shape becomes a square.</summary>
public enum ImageFit
{
    /// <summary>Stretched to the square (SigLIP).</summary>
    Stretch,

    /// <summary>Its shorter side becomes the square's, and the middle is cut out (CLIP).</summary>
    Crop,

    /// <summary>Put into the middle of a square of the mean colour, then resized (LLaVA's <c>pad</c>).</summary>
    Pad,
}
