using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>
/// An image encoder of the ViT family (Dosovitskiy et al. 2021) as CLIP and SigLIP have it: patches, learned positions, pre-norm blocks of
/// attention and FFN. Everything but what is inside its mixture layers.
/// </summary>
public sealed record VisionConfig
{
    /// <summary>Pixels of a side of the square images that positions are learned for.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>P: pixels of a side of a patch. What is left of an image beyond whole patches is not seen.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>C: colours of a pixel.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>D: the width of the residual stream.</summary>
    public int Dim { get; init; } = 768;

    /// <summary>How many blocks of attention and FFN.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Heads of D/Heads channels each.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>H: hidden width of the dense FFN, and of experts that declare none.</summary>
    public int Hidden { get; init; } = 3072;

    /// <summary>What the dense FFN does between its matrices: quick GELU in CLIP, GELU's tanh form in SigLIP, GELU in others.</summary>
    public Activation Activation { get; init; } = Activation.QuickGelu;

    /// <summary>ε of the layer norms; above 0.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Puts a learned token before the patches, as CLIP does. It takes part in attention and is no feature.</summary>
    public bool ClassToken { get; init; } = true;

    /// <summary>Gives the patch projection a bias, as SigLIP does.</summary>
    public bool PatchBias { get; init; }

    /// <summary>Normalises what the blocks start from, as CLIP does.</summary>
    public bool PreNorm { get; init; } = true;

    /// <summary>Which states are the features, counted from the end: −1 after the last block, −2 before it (LLaVA's choice), down to
    /// −Layers − 1 before the first.</summary>
    public int FeatureLayer { get; init; } = -2;

    /// <summary>Applies the last norm to features after the last block: SigLIP's <c>last_hidden_state</c>. For <see cref="FeatureLayer"/>
    /// −1 only.</summary>
    public bool FeatureNorm { get; init; }

    /// <summary>S² (Shi et al. 2024): the image is seen at each of these multiples of <see cref="ImageSize"/>, in tiles of that size; the
    /// features are averaged down to one grid and stand side by side in the channels. [1] is the plain encoder, [1, 3] LibMoE's.</summary>
    public IReadOnlyList<int> Scales { get; init; } = [1];

    /// <summary>Which blocks have a mixture in the FFN's place, counted from 0; null means all. A dense encoder ignores it.</summary>
    public IReadOnlyList<int>? MoeBlocks { get; init; }

    /// <summary>Router weights start at N(0, RouterStd), the same draws scaled; null takes what the gate declares as InitStd.</summary>
    public double? RouterStd { get; init; }

    /// <summary>Patches of a side.</summary>
    [JsonIgnore]
    public int Grid => ImageSize / PatchSize;

    /// <summary>N: features of an image of the size that the encoder takes.</summary>
    [JsonIgnore]
    public int Features => Grid * Grid;

    /// <summary>The width of a feature: D for each of the scales.</summary>
    [JsonIgnore]
    public int FeatureWidth => Dim * Scales.Count;

    /// <summary>Pixels of a side of the images that the encoder takes: <see cref="ImageSize"/> at the largest scale.</summary>
    [JsonIgnore]
    public int InputSize => ImageSize * Scales.Max();

    /// <summary>How many blocks the features come after.</summary>
    [JsonIgnore]
    public int FeatureBlocks => Layers + 1 + FeatureLayer;

    /// <summary>Whether that block has a mixture, in an encoder that has mixtures.</summary>
    public bool IsMoeBlock(int block) => MoeBlocks?.Contains(block) ?? true;

    /// <summary>Everything that is wrong, one sentence each; empty if the encoder can be built.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        foreach (var (key, value) in new[]
        {
            (nameof(ImageSize), ImageSize), (nameof(PatchSize), PatchSize), (nameof(Channels), Channels), (nameof(Dim), Dim),
            (nameof(Layers), Layers), (nameof(Heads), Heads), (nameof(Hidden), Hidden),
        })
        {
            Require(value >= 1, $"Vision:{key} is {value}; it must be at least 1.");
        }

        if (problems.Count > 0)
        {
            return problems;
        }

        Require(PatchSize <= ImageSize, $"Vision:PatchSize is {PatchSize}; it must be at most Vision:ImageSize, which is {ImageSize}.");
        Require(Dim % Heads == 0, $"Vision:Dim is {Dim}, which {Heads} heads cannot share equally; choose a multiple of Vision:Heads.");
        Require(NormEpsilon > 0, FormattableString.Invariant($"Vision:NormEpsilon is {NormEpsilon}; it must be above 0."));
        Require(RouterStd is null or > 0, FormattableString.Invariant($"Vision:RouterStd is {RouterStd}; it must be above 0."));
        Require(
            FeatureLayer <= -1 && FeatureBlocks >= 0,
            $"Vision:FeatureLayer is {FeatureLayer}; it must be from -1, after the last block, to {-Layers - 1}, before the first.");
        Require(
            !FeatureNorm || FeatureLayer == -1,
            "Vision:FeatureNorm is for features after the last block; set Vision:FeatureLayer to -1 or unset it.");
        Require(
            Scales.Count > 0 && Scales.All(scale => scale >= 1) && Scales.Distinct().Count() == Scales.Count,
            $"Vision:Scales is [{string.Join(", ", Scales)}]; it must be different whole numbers of at least 1.");
        foreach (var block in MoeBlocks ?? [])
        {
            Require(block >= 0 && block < Layers, $"Vision:MoeBlocks names block {block}; blocks go from 0 to {Layers - 1}.");
        }

        return problems;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    /// <summary>What works and is probably not meant, one sentence each.</summary>
    /// <param name="mixture">Whether the encoder has mixtures.</param>
    public IReadOnlyList<string> Cautions(bool mixture)
    {
        var unread = Enumerable.Range(FeatureBlocks, Layers - FeatureBlocks).Where(block => mixture && IsMoeBlock(block)).ToList();
        return unread.Count == 0
            ? []
            : [$"The features are read before block {FeatureBlocks}, so the mixture in block {string.Join(", ", unread)} "
                + "gets no gradient from the task: "
                + "only its balancing terms train it. Leave it out of Vision:MoeBlocks, or set Vision:FeatureLayer to -1."];
    }
}
