using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data.Conversations;

/// <summary>A byte-level <c>tokenizer.json</c>: the bytes, and marks behind them.</summary>
internal static class ChatVocabulary
{
    private static readonly (string Text, bool IsSpecial)[] Marks =
        [("<|im_start|>", true), ("<|im_end|>", true), ("<think>", false), ("<|stop|>", true), ("<s>", true)];

    /// <summary>Writes it, and what lies beside it; null leaves a file out.</summary>
    public static TokenizerJson In(
        DataFolder folder, string? config, string? file = null, string? json = null, string? generation = null)
    {
        var vocabulary = new JsonObject();
        foreach (var (id, value) in ByteLetters.Order.Index())
        {
            vocabulary[ByteLetters.Write([value])] = id;
        }

        folder.With("tokenizer.json", new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. Marks.Index().Select(mark => new JsonObject
            {
                ["id"] = 256 + mark.Index,
                ["content"] = mark.Item.Text,
                ["special"] = mark.Item.IsSpecial,
                ["normalized"] = false,
            })]),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        }.ToJsonString());
        foreach (var (name, text) in new[]
        {
            ("tokenizer_config.json", config), ("chat_template.jinja", file), ("chat_template.json", json),
            ("generation_config.json", generation),
        })
        {
            _ = text is null ? folder : folder.With(name, text);
        }

        return TokenizerJson.Load(Path.Combine(folder.Path, "tokenizer.json"));
    }

    /// <summary>The ids of a text without marks.</summary>
    public static int[] Bytes(string text) =>
        [.. Encoding.UTF8.GetBytes(text).Select(value => ByteLetters.Order.ToList().IndexOf(value))];

    /// <summary>The text of ids.</summary>
    public static string Text(IEnumerable<int> ids) => Encoding.UTF8.GetString(
        [.. ids.SelectMany(id => id < 256 ? [ByteLetters.Order[id]] : Encoding.UTF8.GetBytes(Marks[id - 256].Text))]);
}
