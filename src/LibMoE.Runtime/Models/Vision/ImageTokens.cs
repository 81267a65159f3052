using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Vision;

/// <summary>Puts the vectors of images into the places that a text has for them.</summary>
internal static class ImageTokens
{
    /// <summary>The ids with one of the vocabulary in the images' places.</summary>
    public static Tensor Readable(Tensor ids_SL) => ids_SL.FilledWhere(ids_SL.Is(VisionLanguageModel.ImageToken), 0);

    /// <summary>The vectors of words with those of images in their places, in the order of the text.</summary>
    /// <param name="ids_SL">Ids, <see cref="VisionLanguageModel.ImageToken"/> once for each feature of an image.</param>
    /// <param name="words_SLD">The vectors of the words.</param>
    /// <param name="images_IND">The vectors of the images.</param>
    /// <exception cref="ArgumentException">The text has another number of places.</exception>
    public static Tensor Splice(Tensor ids_SL, Tensor words_SLD, Tensor images_IND)
    {
        using var scope = NewDisposeScope();
        var places_P = ids_SL.Is(VisionLanguageModel.ImageToken).reshape(-1).nonzero().squeeze(-1);
        var (images, features) = (images_IND.shape[0], images_IND.shape[1]);
        if (places_P.shape[0] != images * features)
        {
            throw new ArgumentException(
                $"The texts have {places_P.shape[0]} places for images; "
                + $"{images} images of {features} features each take {images * features}.",
                nameof(ids_SL));
        }

        var vectors_PD = images_IND.reshape(-1, images_IND.shape[2]).to(words_SLD.dtype);
        var x_TD = words_SLD.reshape(-1, words_SLD.shape[2]).index_copy(0, places_P, vectors_PD);
        return x_TD.reshape(words_SLD.shape).MoveToOuterDisposeScope();
    }
}
