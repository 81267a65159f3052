using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>How a byte-level BPE cuts texts before merging: what llama.cpp calls it (<c>tokenizer.ggml.pre</c>), and the
/// <c>pre_tokenizer</c> of a <c>tokenizer.json</c> that does the same.</summary>
/// <param name="Names">What it is called; the first is written.</param>
/// <param name="Expression">The expression that words are found by; null for GPT-2's own.</param>
internal sealed record GgufCuts(IReadOnlyList<string> Names, string? Expression)
{
    private const string Contractions = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|";
    private const string Ending = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string ByCase =
        $@"[^\r\n\p{{L}}\p{{N}}]?{Upper}*{Lower}+{Ending}|[^\r\n\p{{L}}\p{{N}}]?{Upper}+{Lower}*{Ending}|";

    private const string Rest = @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Every way that is known by name.</summary>
    public static IReadOnlyList<GgufCuts> All { get; } =
    [
        new(["gpt-2", "olmo", "phi-2", "jina-es", "jina-de", "gigachat"], null),
        new(["qwen2", "deepseek-r1-qwen"], Contractions + @"\p{N}" + Rest),
        new(["gpt-4o", "llama4", "kanana2", "talkie"],
            ByCase + @"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"),
        new(["llama-bpe", "llama3", "llama-v3"], Contractions + @"\p{N}{1,3}" + Rest) { TakesWholeWords = true },
    ];

    /// <summary>Whether a word that is a piece is taken as it is, whatever the merges say (<c>ignore_merges</c>).</summary>
    public bool TakesWholeWords { get; init; }

    /// <summary>The <c>pre_tokenizer</c>.</summary>
    public JsonObject PreTokenizer => Expression is null
        ? ByteLevel(findsWords: true)
        : new JsonObject
        {
            ["type"] = "Sequence",
            ["pretokenizers"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Split",
                    ["pattern"] = new JsonObject { ["Regex"] = Expression },
                    ["behavior"] = "Isolated",
                    ["invert"] = false,
                },
                ByteLevel(findsWords: false)),
        };

    /// <summary>The row of a published tokenizer's <c>pre_tokenizer</c>; null where none does the same.</summary>
    /// <remarks>Every character is in some match of each expression, so that matches which are cut out (Isolated) and all that is between
    /// them thrown away (Removed, inverted) are the same words.</remarks>
    public static GgufCuts? Of(JsonNode? preTokenizer)
    {
        var steps = preTokenizer?["type"]?.GetValue<string>() == "Sequence" ? preTokenizer["pretokenizers"]?.AsArray().ToList()
            : preTokenizer is null ? [] : [preTokenizer];
        var last = steps?.Count > 0 ? steps[^1] : null;
        if (last?["type"]?.GetValue<string>() != "ByteLevel" || last["add_prefix_space"]?.GetValue<bool>() == true)
        {
            return null;
        }

        var findsWords = last["use_regex"]?.GetValue<bool>() ?? true;
        var expression = steps!.Count == 2 && steps[0]?["type"]?.GetValue<string>() == "Split"
            && (steps[0]?["behavior"]?.GetValue<string>(), steps[0]?["invert"]?.GetValue<bool>() ?? false)
                is ("Isolated", false) or ("Removed", true)
                ? steps[0]?["pattern"]?["Regex"]?.GetValue<string>() : null;
        return All.FirstOrDefault(row => row.Expression == expression
            && (row.Expression is null ? steps.Count == 1 && findsWords : !findsWords));
    }

    private static JsonObject ByteLevel(bool findsWords) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = findsWords,
    };
}
