using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime;

/// <summary>Answers questions on images with a vision-language model, the most likely token at a time, with the cache of keys and values;
/// an end mark of its template, or an end id, ends an answer. The images of the last question are seen once: those of benchmarks come
/// several questions an image.</summary>
public sealed class VisionLanguageAnswerer : IImageAnswerer, IDisposable
{
    private readonly VisionLanguageAssistant _assistant;
    private SeenImages? _seen;
    private string _shown = "";

    /// <summary>Takes a model with all that it takes to ask it, and leaves both alone.</summary>
    /// <param name="assistant">The model, put into evaluation mode where it is asked.</param>
    /// <param name="model">SHA-256 of its weights and of what is computed with them.</param>
    public VisionLanguageAnswerer(VisionLanguageAssistant assistant, string model)
    {
        _assistant = assistant;
        var how = JsonSerializer.Serialize(
            new { assistant.Images, assistant.Conversations.Template, assistant.Conversations.TokensPerImage }, RunJson.Line);
        Identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"model {model}\n{how}")));
    }

    /// <summary>SHA-256 of the model's identity, of how images are brought to size and scaled, and of the template.</summary>
    public string Identity { get; }

    /// <inheritdoc/>
    /// <remarks>Its images stand before the question, each on a line of its own.</remarks>
    public string Answer(ImageQuestion question)
    {
        var options = new GenerationOptions { Temperature = 0, Tokens = question.MaxTokens };
        var prompt = question.Prompt.Replace(ConversationFile.ImageMark, "", StringComparison.Ordinal);
        try
        {
            _assistant.Model.eval();
            See(question.Images);
            return string.Concat(_assistant.Answer(_seen, question.Images.Count, prompt, options, question.Until, default));
        }
        catch (Exception refused) when (refused is ImageFileException or ConfigurationException)
        {
            throw new InvalidDataException(refused.Message, refused);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _seen?.Dispose();

    private void See(IReadOnlyList<EvaluationImage> images)
    {
        var shown = string.Join('\n', images.Select(image => image.Sha256));
        if (shown == _shown)
        {
            return;
        }

        _seen?.Dispose();
        (_seen, _shown) = (null, "");
        _seen = _assistant.See(
            [.. images.Select(image => ImageReader.Decode(image.Bytes(), image.Name))], [.. images.Select(image => image.Name)]);
        _shown = shown;
    }
}
