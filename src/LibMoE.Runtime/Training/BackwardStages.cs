using System.Globalization;

namespace LibMoE.Runtime.Training;

/// <summary>When the backward pass of a model completes a parameter's gradient: stage s when it has gone back through s + 1 blocks, the
/// last stage when it is over.</summary>
/// <param name="model">The model that is made of blocks and nothing else is; null where all gradients are complete at the end.</param>
internal sealed class BackwardStages(LanguageModel? model)
{
    private const string Blocks = "blocks.";

    /// <summary>The last stage.</summary>
    public int Last => model?.Config.Layers ?? 0;

    /// <summary>The stage of a parameter by its name in the model.</summary>
    public int Of(string name)
    {
        if (model is null)
        {
            return 0;
        }

        if (name.StartsWith(Blocks, StringComparison.Ordinal))
        {
            return OfBlock(int.Parse(name[Blocks.Length..].Split('.')[0], CultureInfo.InvariantCulture));
        }

        // Behind the last block stand the norm and the head, whose matrix is the embedding's where they are tied.
        return name.StartsWith("norm.", StringComparison.Ordinal) || name.StartsWith("head.", StringComparison.Ordinal) ? 0 : Last;
    }

    /// <summary>The stage at which a block and all later ones are complete.</summary>
    public int OfBlock(int block) => Last - 1 - block;
}
