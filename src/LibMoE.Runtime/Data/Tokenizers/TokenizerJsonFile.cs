using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime;

/// <summary>What a <c>tokenizer.json</c> states of a byte-level BPE, checked. Steps that are not known are refused: other ids would be silently wrong.</summary>
/// <param name="Ids">The id of every piece, in byte letters.</param>
/// <param name="Merges">The pairs, with a blank between, best first.</param>
/// <param name="Added">Pieces that are found in a text as they stand.</param>
/// <param name="Cuts">How a text is cut before merging.</param>
/// <param name="ComposesCharacters">Whether a text is brought to Unicode's form NFC first.</param>
/// <param name="TakesWholePieces">Whether a piece that is in the vocabulary is taken as it is, whatever the merges say.</param>
/// <param name="Start">The id that texts start with.</param>
internal sealed record TokenizerJsonFile(
    IReadOnlyDictionary<string, int> Ids,
    IReadOnlyList<string> Merges,
    IReadOnlyDictionary<string, int> Added,
    IReadOnlyList<PieceCut> Cuts,
    bool ComposesCharacters,
    bool TakesWholePieces,
    int? Start)
{
    private const string Digits = @"\p{N}";
    private static readonly string[] s_affixes = ["continuing_subword_prefix", "end_of_word_suffix"];
    private static readonly string[] s_surroundings = ["lstrip", "rstrip", "single_word"];

    /// <summary>The id of a piece as text; null where there is none.</summary>
    public int? IdOf(string piece) =>
        Added.TryGetValue(piece, out var added) ? added
        : Ids.TryGetValue(ByteLetters.Write(Encoding.UTF8.GetBytes(piece)), out var id) ? id
        : null;

    /// <summary>Understands a file.</summary>
    /// <exception cref="TokenizerException">It is not what it should be, or of another kind.</exception>
    public static TokenizerJsonFile Parse(string path, byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Read(path, json.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or RegexParseException)
        {
            throw new TokenizerException(path, $"it is not a tokenizer of Hugging Face's library ({fault.Message.TrimEnd('.')})", fault);
        }
    }

    private static TokenizerJsonFile Read(string path, JsonElement root)
    {
        var model = root.GetProperty("model");
        Require(path, model.GetProperty("type").GetString() == "BPE", "the model is not BPE");
        Require(path, !Flag(model, "byte_fallback"), $"the BPE is not over bytes; take the model's {SentencePieceVocabulary.FileName}");
        RefuseOptions(path, model, Part(root, "added_tokens"));
        var added = Part(root, "added_tokens")?.EnumerateArray()
            .ToDictionary(token => token.GetProperty("content").GetString()!, token => token.GetProperty("id").GetInt32()) ?? [];
        var ids = model.GetProperty("vocab").EnumerateObject().ToDictionary(piece => piece.Name, piece => piece.Value.GetInt32());
        foreach (var byteLetter in ByteLetters.Order.Select(value => ByteLetters.Write([value])).Where(letter => !ids.ContainsKey(letter)))
        {
            throw new TokenizerException(path, $"the byte {MessageText.Quote(byteLetter)} has no piece; a byte-level vocabulary has one for each of the 256 bytes");
        }

        var merges = model.GetProperty("merges").EnumerateArray().Select(Pair).ToList();
        if (merges.FirstOrDefault(merge => !ids.ContainsKey(merge.Replace(" ", "", StringComparison.Ordinal))) is { } stray)
        {
            throw new TokenizerException(path, $"the merge {MessageText.Quote(stray)} makes no piece of the vocabulary");
        }

        if (ids.Values.Concat(added.Values).FirstOrDefault(id => id < 0, 0) < 0)
        {
            throw new TokenizerException(path, "an id is below 0");
        }

        return new TokenizerJsonFile(
            ids, merges, added, CutsOf(path, Part(root, "pre_tokenizer")), Composes(path, Part(root, "normalizer")), Flag(model, "ignore_merges"),
            StartOf(path, Part(root, "post_processor"), added));
    }

    /// <summary>Options that change ids and that published byte-level tokenizers leave alone.</summary>
    private static void RefuseOptions(string path, JsonElement model, JsonElement? added)
    {
        foreach (var name in s_affixes)
        {
            Require(path, Part(model, name) is not { } affix || affix.GetString()!.Length == 0, $"{name} of the model is not known; it must be empty");
        }

        Require(path, Part(model, "dropout") is not { } dropout || dropout.GetDouble() == 0, "the model has a dropout, which draws ids by chance");
        foreach (var token in added?.EnumerateArray() ?? default)
        {
            foreach (var name in s_surroundings.Where(name => Flag(token, name)))
            {
                throw new TokenizerException(path, $"the added piece {MessageText.Quote(token.GetProperty("content").GetString()!)} has {name}, which is not known; it must be false");
            }
        }
    }

    private static string Pair(JsonElement merge) =>
        merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}";

    private static List<PieceCut> CutsOf(string path, JsonElement? step)
    {
        Require(path, step is not null, "it has no pre_tokenizer; a byte-level BPE has one");
        var type = step!.Value.GetProperty("type").GetString();
        return type switch
        {
            "Sequence" => [.. step.Value.GetProperty("pretokenizers").EnumerateArray().SelectMany(part => CutsOf(path, part))],
            "ByteLevel" when !Flag(step.Value, "add_prefix_space") => Part(step.Value, "use_regex")?.GetBoolean() ?? true ? [TextCuts.ByWords] : [],
            "Digits" => [TextCuts.By(Expression(Flag(step.Value, "individual_digits") ? Digits : Digits + "+"))],
            "Split" when step.Value.GetProperty("behavior").GetString() == "Isolated" && !Flag(step.Value, "invert") => [TextCuts.By(Pattern(step.Value.GetProperty("pattern")))],
            _ => throw new TokenizerException(path, $"the step {MessageText.Quote(step.Value.GetRawText())} of the pre_tokenizer is not known"),
        };
    }

    private static Regex Pattern(JsonElement pattern) => pattern.TryGetProperty("Regex", out var expression)
        ? Expression(expression.GetString()!)
        : Expression(Regex.Escape(pattern.GetProperty("String").GetString()!));

    private static Regex Expression(string text) => new(text, RegexOptions.CultureInvariant | RegexOptions.Compiled);

    private static bool Composes(string path, JsonElement? normalizer) => normalizer is not { } step
        ? false
        : step.GetProperty("type").GetString() switch
        {
            "NFC" => true,
            "Sequence" => step.GetProperty("normalizers").EnumerateArray().Select(part => Composes(path, part)).ToList().Contains(true),
            _ => throw new TokenizerException(path, $"the normalizer {MessageText.Quote(step.GetRawText())} is not known; it must be null or NFC"),
        };

    private static int? StartOf(string path, JsonElement? processor, Dictionary<string, int> added) => processor is not { } step
        ? null
        : step.GetProperty("type").GetString() switch
        {
            "Sequence" => step.GetProperty("processors").EnumerateArray().Select(part => StartOf(path, part, added)).FirstOrDefault(start => start is not null),
            "TemplateProcessing" => TemplateStart(path, step, added),
            "ByteLevel" => null,
            _ => throw new TokenizerException(path, $"the post_processor {MessageText.Quote(step.GetRawText())} is not known"),
        };

    /// <summary>The one id before the text. What a template has behind the text is not a matter of where texts begin.</summary>
    private static int? TemplateStart(string path, JsonElement template, Dictionary<string, int> added)
    {
        var names = template.GetProperty("single").EnumerateArray()
            .TakeWhile(piece => piece.TryGetProperty("SpecialToken", out _))
            .Select(piece => piece.GetProperty("SpecialToken").GetProperty("id").GetString()!)
            .ToList();
        var ids = names.SelectMany(name => Part(template, "special_tokens") is { } stated
            ? stated.GetProperty(name).GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())
            : [added[name]]).ToList();
        Require(path, ids.Count <= 1, $"the post_processor begins texts with {string.Join(" ", names)}; one id can stand there");
        return ids.Count == 0 ? null : ids[0];
    }

    private static JsonElement? Part(JsonElement of, string name) =>
        of.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;

    private static bool Flag(JsonElement of, string name) => Part(of, name)?.GetBoolean() ?? false;

    private static void Require(string path, bool holds, string problem)
    {
        if (!holds)
        {
            throw new TokenizerException(path, problem);
        }
    }
}
