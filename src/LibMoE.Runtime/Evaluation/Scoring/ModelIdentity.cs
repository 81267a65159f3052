using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>
/// Says which function from tokens to log-likelihoods a model is. Weights alone do not: one file of weights under another gate, another
/// number of experts a token, another rotary base or another ε of the norms gives other scores.
/// </summary>
public static class ModelIdentity
{
    /// <summary>SHA-256, in lower-case hexadecimal, of the weights' hash, the declaration and the backbone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">SHA-256 of its weights, such as that of the file that they were read from.</param>
    public static string Of(LanguageModel model, string weights) => Of(Text(model), weights);

    /// <summary>The same of a model whose experts are ordered about.</summary>
    internal static string Of(LanguageModel model, string weights, ExpertOrder order) => order.IsEmpty
        ? Of(model, weights)
        : Of($"{Text(model)}\nvetoed {string.Join(", ", order.Vetoed)}\nforced {string.Join(", ", order.Forced)}", weights);

    /// <summary>SHA-256, in lower-case hexadecimal, of the weights' hash, the declarations and the configurations of the three
    /// parts.</summary>
    /// <inheritdoc cref="Of(LanguageModel, string)" path="/param"/>
    public static string Of(VisionLanguageModel model, string weights) => Of(Text(model), weights);

    /// <summary>Everything besides the weights, one thing a line.</summary>
    internal static string Text(LanguageModel model) => string.Join(
        '\n',
        $"structure {model.StructureHash}",
        $"declaration {model.Variant?.Declaration.Full ?? "none"}",
        $"backbone {JsonSerializer.Serialize(model.Config, RunJson.Line)}");

    /// <summary>The same of a vision-language model.</summary>
    internal static string Text(VisionLanguageModel model) => string.Join(
        '\n',
        $"encoder {Declared(model.Vision.Variant)}",
        $"connector {Declared(model.Connector.Variant)}",
        $"language model {Declared(model.Language.Variant)}",
        $"structure {model.Language.StructureHash}",
        $"parts {JsonSerializer.Serialize(model.Config, RunJson.Line)}");

    private static string Declared(MoeVariant? variant) => variant?.Declaration.Full ?? "none";

    private static string Of(string text, string weights) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"weights {weights}\n{text}")));
}
