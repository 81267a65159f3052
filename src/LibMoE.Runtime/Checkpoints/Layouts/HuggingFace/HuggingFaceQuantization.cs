using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>What a <c>config.json</c> says of quantised weights: the form of <c>fp8</c> that DeepSeek-V3 is published in, a scale for each
/// block of a matrix. Activations are not quantised here, whatever the file says of them: that is a way to compute, not what is
/// stored.</summary>
/// <param name="Rows">The rows of a block.</param>
/// <param name="Columns">The columns of a block.</param>
internal sealed record HuggingFaceQuantization(int Rows, int Columns)
{
    private const string Key = "quantization_config";

    /// <summary>Reads it.</summary>
    /// <param name="config">The file.</param>
    /// <param name="problems">Gets what cannot be loaded, one sentence each.</param>
    /// <returns>Null where weights are as they are.</returns>
    public static HuggingFaceQuantization? Of(HuggingFaceConfig config, List<string> problems)
    {
        if (config.Part(Key) is not { } part)
        {
            return null;
        }

        if (part.Text("quant_method", "none") != "fp8")
        {
            problems.Add($"{config.Path}: {Key} is {config.Raw(Key)}; a model can be loaded where it is absent, or has the quant_method "
                + "fp8 with a scale for each block.");
        }
        else if (part.Ints("weight_block_size") is not [>= 1, >= 1])
        {
            problems.Add($"{config.Path}: {part.NameOf("weight_block_size")} is {part.Raw("weight_block_size")}; a model can be loaded "
                + "where it is the rows and columns of a block, such as [128, 128].");
        }
        else if (part.Text("fmt", "e4m3") != "e4m3")
        {
            problems.Add($"{config.Path}: {part.NameOf("fmt")} is {part.Raw("fmt")}; a model can be loaded where it is e4m3.");
        }
        else
        {
            return new HuggingFaceQuantization(part.Ints("weight_block_size")[0], part.Ints("weight_block_size")[1]);
        }

        return null;
    }

    /// <summary>Opens the stored weights as numbers.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The folder.</param>
    public BlockScaledTensors Open(IRunFiles files, string folder) => BlockScaledTensors.Open(files, folder, Rows, Columns);
}
