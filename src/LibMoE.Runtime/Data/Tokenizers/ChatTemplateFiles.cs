using System.Text;
using System.Text.Json;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>What the files of a published tokenizer say of conversations: templates, texts of marks, ids that end answers.</summary>
internal static class ChatTemplateFiles
{
    /// <summary>The name of the template of those that have none.</summary>
    public const string Default = "default";

    private const string Key = "chat_template";
    private const string MarkEnd = "_token";

    /// <summary>The templates by their names. A file of its own goes before the one in <c>tokenizer_config.json</c>.</summary>
    public static IReadOnlyDictionary<string, string> Templates(IReadOnlyList<TokenizerFile> files)
    {
        var templates = new Dictionary<string, string>();
        foreach (var name in new[] { TokenizerCompanions.TemplateJson, TokenizerConfig.FileName })
        {
            foreach (var (template, text) in Read(files, name, root => Named(root).ToList()) ?? [])
            {
                templates[template] = text;
            }
        }

        if (files.FirstOrDefault(file => file.Name == TokenizerCompanions.Template) is { } own)
        {
            templates[Default] = Encoding.UTF8.GetString(own.Bytes.Span);
        }

        return templates;
    }

    /// <summary>The texts of marks that templates may use, such as <c>bos_token</c>, by their names.</summary>
    public static IReadOnlyDictionary<string, string> Marks(IReadOnlyList<TokenizerFile> files) =>
        Read(files, TokenizerConfig.FileName, root => root.EnumerateObject()
            .Where(entry => entry.Name.EndsWith(MarkEnd, StringComparison.Ordinal))
            .Select(entry => (entry.Name, Text: Content(entry.Value)))
            .Where(entry => entry.Text is not null)
            .DistinctBy(entry => entry.Name)
            .ToDictionary(entry => entry.Name, entry => entry.Text!)) ?? [];

    /// <summary>The ids that end an answer (<c>eos_token_id</c> of <c>generation_config.json</c>, a number or a list).</summary>
    public static IReadOnlyList<int> Ends(IReadOnlyList<TokenizerFile> files) =>
        Read(files, TokenizerCompanions.Generation, root => root.TryGetProperty("eos_token_id", out var ends)
            ? (ends.ValueKind == JsonValueKind.Array ? ends.EnumerateArray().ToList() : [ends])
                .Where(end => end.ValueKind == JsonValueKind.Number && end.TryGetInt32(out _)).Select(end => end.GetInt32()).ToList()
            : []) ?? [];

    private static IEnumerable<(string Name, string Text)> Named(JsonElement root)
    {
        if (!root.TryGetProperty(Key, out var stated))
        {
            yield break;
        }

        if (stated.ValueKind == JsonValueKind.String)
        {
            yield return (Default, stated.GetString()!);
        }

        foreach (var one in stated.ValueKind == JsonValueKind.Array ? stated.EnumerateArray().ToList() : [])
        {
            if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
                && one.TryGetProperty("template", out var text) && text.ValueKind == JsonValueKind.String)
            {
                yield return (name.GetString()!, text.GetString()!);
            }
        }
    }

    private static string? Content(JsonElement mark) => mark.ValueKind switch
    {
        JsonValueKind.String => mark.GetString(),
        JsonValueKind.Object when mark.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String =>
            content.GetString(),
        _ => null,
    };

    /// <summary>What a file says; null where there is none, or it is no JSON object: whoever needs it for ids refuses it.</summary>
    private static T? Read<T>(IReadOnlyList<TokenizerFile> files, string name, Func<JsonElement, T> read)
        where T : class
    {
        if (files.FirstOrDefault(file => file.Name == name) is not { } file)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(file.Bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object ? read(json.RootElement) : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
