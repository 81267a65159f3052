using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers.Merging;

namespace LibMoE.Runtime.Data.Tokenizers.Json;

/// <summary>The <c>model</c> of a <c>tokenizer.json</c>.</summary>
internal static class BpeModelReader
{
    private static readonly string[] Affixes = ["continuing_subword_prefix", "end_of_word_suffix"];

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="TokenizerException">It is of another kind.</exception>
    public static (IReadOnlyDictionary<string, int> Ids, BpeModelOptions Options, BpeModel Model) Read(string path, JsonElement model)
    {
        // Files of old versions do not state the kind; only BPE has merges.
        var kind = model.Part("type")?.GetString() ?? (model.Part("merges") is not null ? "BPE" : "not stated");
        Require(path, kind == "BPE", $"the model is not BPE but {kind}");
        foreach (var name in Affixes)
        {
            Require(path, model.Part(name) is not { } affix || affix.GetString()!.Length == 0,
                $"{name} of the model is not known; it must be empty");
        }

        Require(path, model.Part("dropout") is not { } dropout || dropout.GetDouble() == 0,
            "the model has a dropout, which draws ids by chance");
        var ids = model.GetProperty("vocab").EnumerateObject().ToDictionary(piece => piece.Name, piece => piece.Value.GetInt32());
        Require(path, ids.Values.All(id => id >= 0), "an id is below 0");
        var merges = model.GetProperty("merges").EnumerateArray().Select(Pair).ToList();
        foreach (var (left, right) in merges.Where(merge => !Exists(merge)))
        {
            throw new TokenizerException(path, $"the merge {MessageText.Quote($"{left} {right}")} makes no piece of the vocabulary");
        }

        var options = new BpeModelOptions(
            model.Flag("ignore_merges"), model.Flag("byte_fallback"), Unknown(path, model, ids), model.Flag("fuse_unk"));
        return (ids, options, new BpeModel(ids, merges, options));

        bool Exists((string Left, string Right) merge) =>
            ids.ContainsKey(merge.Left) && ids.ContainsKey(merge.Right) && ids.ContainsKey(merge.Left + merge.Right);
    }

    /// <summary>Refuses a model under which characters of a text would be lost.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ids">The pieces.</param>
    /// <param name="options">The options.</param>
    /// <param name="isByteLevel">Whether words are written in the letters of bytes.</param>
    /// <exception cref="TokenizerException">Some would.</exception>
    public static void RefuseLosses(string path, IReadOnlyDictionary<string, int> ids, BpeModelOptions options, bool isByteLevel)
    {
        if (isByteLevel)
        {
            foreach (var letter in ByteLetters.InTexts.Select(value => ByteLetters.Write([value]))
                .Where(letter => !ids.ContainsKey(letter)))
            {
                throw new TokenizerException(
                    path,
                    $"the byte {MessageText.Quote(letter)} has no piece; a byte-level vocabulary has one for each of the "
                        + $"{ByteLetters.InTexts.Count} bytes that UTF-8 has");
            }

            return;
        }

        var hasBytes = options.FallsBackToBytes && ByteLetters.InTexts.All(value => ids.ContainsKey(BpeModel.BytePiece(value)));
        Require(
            path, hasBytes || options.Unknown is not null,
            "it has neither a pre_tokenizer of the kind ByteLevel, nor byte_fallback with a piece for each byte, nor unk_token: "
                + "characters that are not pieces would be lost");
    }

    private static int? Unknown(string path, JsonElement model, Dictionary<string, int> ids) =>
        model.Part("unk_token")?.GetString() is not { } unknown
        ? null
        : ids.TryGetValue(unknown, out var id) ? id
        : throw new TokenizerException(path, $"the unk_token {MessageText.Quote(unknown)} is not a piece of the vocabulary");

    /// <summary>A pair as two texts, or as one with a blank between.</summary>
    private static (string Left, string Right) Pair(JsonElement merge)
    {
        if (merge.ValueKind != JsonValueKind.String)
        {
            return (merge[0].GetString()!, merge[1].GetString()!);
        }

        var parts = merge.GetString()!.Split(' ');
        return parts.Length == 2
            ? (parts[0], parts[1])
            : throw new FormatException($"the merge {MessageText.Quote(merge.GetString()!)} is not two pieces with a blank between");
    }

    private static void Require(string path, bool holds, string problem)
    {
        if (!holds)
        {
            throw new TokenizerException(path, problem);
        }
    }
}
