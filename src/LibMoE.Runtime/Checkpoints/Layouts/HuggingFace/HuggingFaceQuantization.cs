using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>What a <c>config.json</c> says of quantised weights: the form of <c>fp8</c> that DeepSeek-V3, Kimi K2 and MiniMax-M2 are
/// published in, a scale for each block of a matrix. Activations are not quantised here, whatever the file says of them: that is a way to
/// compute, not what is stored.</summary>
/// <param name="Rows">The rows of a block.</param>
/// <param name="Columns">The columns of a block.</param>
internal sealed record HuggingFaceQuantization(int Rows, int Columns)
{
    private const string Key = "quantization_config";

    /// <summary>Reads it.</summary>
    /// <param name="config">The file.</param>
    /// <param name="family">Its architecture, which may have experts in MXFP4.</param>
    /// <param name="problems">Gets what cannot be loaded, one sentence each.</param>
    /// <returns>Null where weights are as they are.</returns>
    public static HuggingFaceQuantization? Of(HuggingFaceConfig config, HuggingFaceFamily family, List<string> problems)
    {
        if (config.Part(Key) is not { } part || (family.Mxfp4 && part.Text("quant_method", "") == "mxfp4"))
        {
            return null;
        }

        var blocks = part.Ints("weight_block_size");
        var lacks = part.Text("quant_method", "none") != "fp8"
            ? $"absent, or {(family.Mxfp4 ? "mxfp4, or " : "")}fp8 with a scale for each block"
            : blocks is not [>= 1, >= 1] ? "fp8 with a weight_block_size, such as [128, 128]"
            : part.Text("fmt", "e4m3") is not ("e4m3" or "float8_e4m3fn") ? "fp8 of the fmt e4m3"
            : null;
        if (lacks is null)
        {
            return new HuggingFaceQuantization(blocks[0], blocks[1]);
        }

        problems.Add($"{config.Path}: {Key} is {config.Raw(Key)}; a model can be loaded where it is {lacks}.");
        return null;
    }

    /// <summary>Opens the stored weights as numbers.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="folder">The folder.</param>
    public BlockScaledTensors Open(IRunFiles files, string folder) => BlockScaledTensors.Open(files, folder, Rows, Columns);
}
