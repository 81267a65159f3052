using System.Text.Json;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>The chat template that a published tokenizer came with: a Jinja program, which is not run here.</summary>
internal static class OwnChatTemplate
{
    /// <summary>Whether a tokenizer has one.</summary>
    public static bool IsIn(ITokenizer tokenizer) => tokenizer.Files.Any(IsIn);

    private static bool IsIn(TokenizerFile file)
    {
        try
        {
            using var json = file.Name == "tokenizer_config.json" ? JsonDocument.Parse(file.Bytes) : null;
            return json?.RootElement.TryGetProperty("chat_template", out _) == true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
