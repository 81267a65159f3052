using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>The tokenizer in a GGUF file: made into the file of a published one, which is then read as that is.</summary>
internal static class GgufTokenizerReader
{
    /// <summary>Makes it.</summary>
    /// <exception cref="ConfigurationException">There is none, or it is of a kind that cannot be read.</exception>
    /// <exception cref="StorageException">What is there is no tokenizer.</exception>
    public static ITokenizer Of(GgufMetadata stated)
    {
        var vocabulary = GgufVocabulary.Read(stated);
        var (config, companions) = (Config(stated, vocabulary), Companions(vocabulary));
        return vocabulary.Model switch
        {
            GgufVocabulary.SentencePiece => SentencePieceVocabulary.Parse(
                Path.Combine(stated.Path, SentencePieceVocabulary.FileName), SentencePieces(stated, vocabulary), config, companions),
            GgufVocabulary.ByteLevel when IsBytes(vocabulary) =>
                new ByteTokenizer { Files = config is null ? companions : [config.File, .. companions] },
            GgufVocabulary.ByteLevel => TokenizerJson.Parse(
                Path.Combine(stated.Path, TokenizerJson.FileName), Encoding.UTF8.GetBytes(Json(stated, vocabulary).ToJsonString()),
                config, companions),
            _ => throw new ConfigurationException(
                $"{stated.Path}: tokenizer.ggml.model is {stated.Raw("tokenizer.ggml.model")}; a tokenizer can be read where it is "
                    + $"{GgufVocabulary.SentencePiece} or {GgufVocabulary.ByteLevel}."),
        };
    }

    private static bool IsBytes(GgufVocabulary vocabulary) => vocabulary is { Pieces.Count: 256, Merges.Count: 0, Start: null, End: null }
        && vocabulary.Pieces.Index().All(piece => piece.Item.Text == ByteLetters.Write([(byte)piece.Index]));

    private static JsonObject Json(GgufMetadata stated, GgufVocabulary vocabulary)
    {
        var cuts = GgufCuts.All.FirstOrDefault(row => row.Names.Contains(vocabulary.Cuts ?? ""))
            ?? throw new ConfigurationException(
                $"{stated.Path}: tokenizer.ggml.pre is {stated.Raw("tokenizer.ggml.pre")}; how that cuts texts is not known here, only "
                    + $"{string.Join(", ", GgufCuts.All.SelectMany(row => row.Names))}.");
        var pieces = vocabulary.Pieces.Index().Where(piece => piece.Item.Type != GgufPieceType.Unused).ToList();
        var (added, words) = (new JsonArray(), new JsonObject());
        foreach (var (id, (text, type)) in pieces)
        {
            if (type is GgufPieceType.Control or GgufPieceType.UserDefined)
            {
                added.Add(new JsonObject
                {
                    ["id"] = id,
                    ["content"] = text,
                    ["special"] = type == GgufPieceType.Control,
                    ["normalized"] = false,
                });
            }
            else
            {
                words[text] = id;
            }
        }

        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["pre_tokenizer"] = cuts.PreTokenizer,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["ignore_merges"] = cuts.TakesWholeWords,
                ["vocab"] = words,
                ["merges"] = new JsonArray([.. vocabulary.Merges.Select(merge => (JsonNode)merge)]),
            },
        };
        if (vocabulary.Start is { } start)
        {
            var name = vocabulary.Pieces[start].Text;
            json["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing",
                ["single"] = new JsonArray(
                    new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } }),
                ["special_tokens"] = new JsonObject
                {
                    [name] = new JsonObject { ["id"] = name, ["ids"] = new JsonArray(start), ["tokens"] = new JsonArray(name) },
                },
            };
        }

        return json;
    }

    /// <summary>The marks and the chat templates as a <c>tokenizer_config.json</c> has them; null where there is nothing to say.</summary>
    private static TokenizerConfig? Config(GgufMetadata stated, GgufVocabulary vocabulary)
    {
        var config = new JsonObject();
        foreach (var (name, id) in new[] { ("bos_token", vocabulary.StartPiece), ("eos_token", vocabulary.End) })
        {
            if (id is { } known)
            {
                config[name] = vocabulary.Pieces[known].Text;
            }
        }

        if (vocabulary.ChatTemplates is { Count: > 0 } templates)
        {
            config["chat_template"] = templates.Count == 1 && templates.TryGetValue(ChatTemplateFiles.Default, out var only)
                ? only
                : new JsonArray([.. templates.Select(one => new JsonObject { ["name"] = one.Key, ["template"] = one.Value })]);
        }

        return config.Count == 0 || (vocabulary is { End: null, ChatTemplates.Count: 0 })
            ? null
            : TokenizerConfig.Parse(
                Path.Combine(stated.Path, TokenizerConfig.FileName), Encoding.UTF8.GetBytes(config.ToJsonString()));
    }

    private static IReadOnlyList<TokenizerFile> Companions(GgufVocabulary vocabulary) => vocabulary.EndOfTurn is not { } turn
        ? []
        : [
            new TokenizerFile(TokenizerCompanions.Generation, Encoding.UTF8.GetBytes(new JsonObject
            {
                ["eos_token_id"] = new JsonArray([.. vocabulary.End is { } end ? [end] : Array.Empty<JsonNode>(), turn]),
            }.ToJsonString())),
        ];

    /// <summary>A <c>tokenizer.model</c> (sentencepiece_model.proto): pieces, what trained them, and how texts are normalised.</summary>
    private static byte[] SentencePieces(GgufMetadata stated, GgufVocabulary vocabulary)
    {
        if (vocabulary.Scores.Count == 0)
        {
            throw new StorageException(
                stated.Path, StorageCause.Damaged, $"{stated.Path} does not state tokenizer.ggml.scores, which SentencePiece merges by");
        }

        using var file = new MemoryStream();
        foreach (var (id, (text, type)) in vocabulary.Pieces.Index())
        {
            using var piece = new MemoryStream();
            Bytes(piece, 1, Encoding.UTF8.GetBytes(text));
            Single(piece, 2, vocabulary.Scores[id]);
            Number(piece, 3, (long)type);
            Bytes(file, 1, piece.ToArray());
        }

        using var trainer = new MemoryStream();
        Number(trainer, 3, 2);
        Number(trainer, 35, vocabulary.Pieces.Count(piece => piece.Type == GgufPieceType.Byte) == 256 ? 1 : 0);
        Number(trainer, 41, vocabulary.Start ?? -1);
        Number(trainer, 42, vocabulary.End ?? -1);
        foreach (var (field, id) in new[] { (46, vocabulary.Start), (47, vocabulary.End) })
        {
            if (id is { } known)
            {
                Bytes(trainer, field, Encoding.UTF8.GetBytes(vocabulary.Pieces[known].Text));
            }
        }

        Bytes(file, 2, trainer.ToArray());
        using var normalizer = new MemoryStream();
        Bytes(normalizer, 1, "identity"u8);
        Number(normalizer, 3, vocabulary.AddsBlank ? 1 : 0);
        Number(normalizer, 4, 0);
        Number(normalizer, 5, 1);
        Bytes(file, 3, normalizer.ToArray());
        return file.ToArray();
    }

    private static void Number(MemoryStream message, int field, long value)
    {
        Varint(message, (ulong)field << 3);
        Varint(message, (ulong)value);
    }

    private static void Single(MemoryStream message, int field, float value)
    {
        Varint(message, ((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        message.Write(bytes);
    }

    private static void Bytes(MemoryStream message, int field, ReadOnlySpan<byte> bytes)
    {
        Varint(message, ((ulong)field << 3) | 2);
        Varint(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    private static void Varint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message.WriteByte((byte)(value | 0x80));
        }

        message.WriteByte((byte)value);
    }
}
