using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>What is known of a model that nobody declared.</summary>
internal static class ParameterShapes
{
    /// <summary>SHA-256 of the lines <c>name [dims]</c> of the parameters, in ordinal order of their names.</summary>
    public static string Hash(nn.Module model)
    {
        var lines = model.named_parameters()
            .Select(entry => $"{entry.name} [{string.Join(", ", entry.parameter.shape)}]").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }
}
