using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Identifies a model in memory by everything that it computes with.</summary>
public static class ModelHash
{
    /// <summary>SHA-256, in lower-case hexadecimal, of <see cref="ModelIdentity"/>'s text and of every tensor of the state dict:
    /// name, type, shape and bytes.</summary>
    public static string Of(LanguageModel model) => Of(ModelIdentity.Text(model), model);

    /// <inheritdoc cref="Of(LanguageModel)"/>
    public static string Of(VisionLanguageModel model) => Of(ModelIdentity.Text(model), model);

    private static string Of(string text, nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        foreach (var (name, value) in model.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {value.dtype} {string.Join('x', value.shape)}\n"));
            hash.AppendData(value.detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
