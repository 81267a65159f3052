using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>The <c>post_processor</c> of a <c>tokenizer.json</c>: which id stands before a text.</summary>
internal static class PostProcessorSteps
{
    /// <summary>The start id; null where texts have none.</summary>
    /// <exception cref="TokenizerException">A step is not known, or texts start with more than one id.</exception>
    public static int? Start(string path, JsonElement? processor, IReadOnlyList<AddedPiece> added) =>
        processor?.Steps("processors").Select(step => step.Kind() switch
        {
            "TemplateProcessing" => TemplateStart(path, step, added),
            "ByteLevel" => null,
            _ => throw new TokenizerException(path, $"the post_processor {MessageText.Quote(step.GetRawText())} is not known"),
        }).ToList().Find(start => start is not null);

    /// <summary>The one id before the text. What a template has after the text is not a matter of where texts begin.</summary>
    private static int? TemplateStart(string path, JsonElement template, IReadOnlyList<AddedPiece> added)
    {
        var names = template.GetProperty("single").EnumerateArray()
            .TakeWhile(piece => piece.TryGetProperty("SpecialToken", out _))
            .Select(piece => piece.GetProperty("SpecialToken").Text("id"))
            .ToList();
        var ids = names.SelectMany(name => template.Part("special_tokens") is { } stated
            ? stated.GetProperty(name).GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())
            : [added.First(piece => piece.Text == name).Id]).ToList();
        return ids.Count switch
        {
            0 => null,
            1 => ids[0],
            _ => throw new TokenizerException(
                path, $"the post_processor begins texts with {string.Join(" ", names)}; one id can stand there"),
        };
    }
}
