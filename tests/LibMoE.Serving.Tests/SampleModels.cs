using System.Text;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Serving.Tests;

/// <summary>The mixture of the sample model.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class ServedMoe;

/// <summary>A mixture whose tokens compete.</summary>
[MoeLayer, Experts<SwiGlu>(4), ExpertChoiceGate(1.5)]
public sealed partial class CompetingMoe;

/// <summary>Small models of bytes, with random weights.</summary>
internal static class SampleModels
{
    /// <summary>The sizes.</summary>
    public static ModelConfig Config { get; } = new()
    {
        Dim = 16,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Hidden = 12,
        Context = 160,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.3,
    };

    /// <summary>A model whose texts are letters and blanks: no other byte is ever drawn.</summary>
    public static LoadedModel Mixture(MoeVariant? variant = null, int context = 160, string? chatTemplate = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var config = Config with { Context = context, HeadBias = true };
        var model = LanguageModel.Create(config, variant ?? MoeVariant.Of<ServedMoe>(), seed: 4);
        var bias_V = Enumerable.Range(0, 256).Select(id => id is ' ' or (>= 'a' and <= 'z') ? 0f : -100f).ToArray();
        model.state_dict()["head.bias"].copy_(tensor(bias_V));
        model.eval();
        return new LoadedModel("sample", model, () => Bytes(chatTemplate), new string('0', 64));
    }

    /// <summary>Bytes that come with a chat template, or without one.</summary>
    public static ByteTokenizer Bytes(string? chatTemplate) => new()
    {
        Files = chatTemplate is null ? [] : [new TokenizerFile("chat_template.jinja", Encoding.UTF8.GetBytes(chatTemplate))],
    };

    /// <summary>What the model says alone.</summary>
    public static string Alone(LoadedModel model, string prompt, GenerationOptions options) =>
        string.Concat(TextGenerator.Text(model.Model, model.Tokenizer, options with { Prompt = prompt }));
}
