using System.Text;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.SentencePiece;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>Tokenizers as GGUF files have them. A kind is one row of <see cref="Of"/>; what has no place in the format is refused by name,
/// as other ids would be silently wrong.</summary>
internal static class GgufTokenizerWriter
{
    /// <summary>The vocabulary of a tokenizer.</summary>
    /// <exception cref="ConfigurationException">The format has no place for it.</exception>
    public static GgufVocabulary Of(ITokenizer tokenizer)
    {
        var vocabulary = Words(tokenizer);
        var start = ChatTemplateFiles.Marks(tokenizer.Files).GetValueOrDefault("bos_token");
        var piece = vocabulary.Pieces.Select(piece => piece.Text).ToList().IndexOf(start ?? "");
        return vocabulary with
        {
            StartPiece = start is null || piece < 0 ? null : piece,
            EndOfTurn = ChatTemplateFiles.Ends(tokenizer.Files).Where(id => id != vocabulary.End && id >= 0 && id < vocabulary.Pieces.Count)
                .Select(id => (int?)id).FirstOrDefault(),
            ChatTemplates = ChatTemplateFiles.Templates(tokenizer.Files),
        };
    }

    private static GgufVocabulary Words(ITokenizer tokenizer) => tokenizer switch
    {
        ByteTokenizer => Bytes(),
        ByteLevelBpe => ByteLevel(tokenizer),
        TokenizerJson => Published(tokenizer),
        SentencePieceVocabulary => SentencePieces(tokenizer),
        ScoreMergeTokenizer scored => ScoredPieces(scored),
        _ => throw Refused(tokenizer, "only byte-level BPE and SentencePiece are written"),
    };

    private static GgufVocabulary Bytes() => new(
        GgufVocabulary.ByteLevel,
        [.. Enumerable.Range(0, 256).Select(value => (ByteLetters.Write([(byte)value]), GgufPieceType.Normal))])
    {
        Cuts = "gpt-2",
    };

    private static GgufVocabulary ByteLevel(ITokenizer tokenizer)
    {
        var read = BpeVocabulary.Parse(
            "vocab.json", File(tokenizer, "vocab.json"), "merges.txt", File(tokenizer, "merges.txt"));
        return new GgufVocabulary(
            GgufVocabulary.ByteLevel,
            [.. read.Ids.OrderBy(piece => piece.Value).Select(piece =>
                (piece.Key, read.Special.ContainsKey(piece.Key) ? GgufPieceType.Control : GgufPieceType.Normal))])
        {
            Cuts = "gpt-2",
            Merges = [.. read.Merges.Select(merge => $"{merge.Left} {merge.Right}")],
            Start = tokenizer.Bos,
            End = tokenizer.Eos,
        };
    }

    private static GgufVocabulary Published(ITokenizer tokenizer)
    {
        var root = JsonNode.Parse(File(tokenizer, TokenizerJson.FileName))!;
        var model = root["model"]!;
        var cuts = GgufCuts.Of(root["pre_tokenizer"])
            ?? throw Refused(tokenizer, $"llama.cpp has no name for how it cuts texts, the pre_tokenizer of {TokenizerJson.FileName}");
        if (root["normalizer"] is { } normalizer)
        {
            throw Refused(tokenizer, $"a GGUF file has no place for its normalizer {normalizer["type"]}");
        }

        if (WholeWords(root, cuts) is { } word)
        {
            var which = cuts.TakesWholeWords ? "only where they are no pieces" : "even where they are pieces";
            throw Refused(
                tokenizer, $"llama.cpp merges words that it cuts as {cuts.Names[0]} {which}, and here that changes '{word}'");
        }

        var pieces = new (string, GgufPieceType)[tokenizer.Vocabulary];
        for (var id = 0; id < pieces.Length; id++)
        {
            pieces[id] = ($"[PAD{id}]", GgufPieceType.Unused);
        }

        foreach (var (piece, id) in model["vocab"]!.AsObject())
        {
            pieces[id!.GetValue<int>()] = (piece, GgufPieceType.Normal);
        }

        foreach (var added in root["added_tokens"]?.AsArray() ?? [])
        {
            pieces[added!["id"]!.GetValue<int>()] = (added["content"]!.GetValue<string>(),
                added["special"]?.GetValue<bool>() == true ? GgufPieceType.Control : GgufPieceType.UserDefined);
        }

        return new GgufVocabulary(GgufVocabulary.ByteLevel, pieces)
        {
            Cuts = cuts.Names[0],
            Merges = [.. model["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!)],
            Start = tokenizer.Bos,
            End = tokenizer.Eos,
        };
    }

    /// <summary>A word that gets other ids by whether a word that is a piece is taken as it is: as this tokenizer does, and as llama.cpp
    /// does with these cuts; null where there is none.</summary>
    private static string? WholeWords(JsonNode root, GgufCuts cuts)
    {
        var model = root["model"]!;
        if ((model["ignore_merges"]?.GetValue<bool>() ?? false) == cuts.TakesWholeWords)
        {
            return null;
        }

        var (ours, theirs) = (Taking(root, !cuts.TakesWholeWords), Taking(root, cuts.TakesWholeWords));
        return model["vocab"]!.AsObject().Select(piece => ByteLetters.Read(piece.Key)).OfType<byte[]>().Select(Encoding.UTF8.GetString)
            .FirstOrDefault(word => !ours.Encode(word).SequenceEqual(theirs.Encode(word)));
    }

    private static TokenizerJson Taking(JsonNode root, bool wholeWords)
    {
        var copy = root.DeepClone();
        copy["model"]!["ignore_merges"] = wholeWords;
        return TokenizerJson.Parse(TokenizerJson.FileName, Encoding.UTF8.GetBytes(copy.ToJsonString()));
    }

    private static GgufVocabulary SentencePieces(ITokenizer tokenizer)
    {
        var file = SentencePieceFile.Parse(SentencePieceVocabulary.FileName, File(tokenizer, SentencePieceVocabulary.FileName));
        var settings = file.Settings;
        var lacks = settings.Map is not null ? "its table of normalised characters" : settings.JoinsBlanks ? "joining blanks"
            : !settings.WritesBlanks ? "blanks that are not written ▁" : settings.BlankBehind ? "a blank behind a text"
            : settings.Bytes is null ? "characters that are not pieces without bytes" : null;
        return lacks is not null
            ? throw Refused(tokenizer, $"a GGUF file has no place for {lacks}")
            : new GgufVocabulary(GgufVocabulary.SentencePiece, [.. file.Pieces.Select(piece => (piece.Text, (GgufPieceType)piece.Kind))])
            {
                Scores = [.. file.Pieces.Select(piece => piece.Score)],
                AddsBlank = settings.AddsBlank,
                Start = tokenizer.Bos,
                End = tokenizer.Eos,
                Unknown = file.Unknown,
            };
    }

    /// <summary>llama2.c's file is SentencePiece's, with blanks written out: unknown, start, end, the bytes, then pieces.</summary>
    private static GgufVocabulary ScoredPieces(ScoreMergeTokenizer tokenizer) => new(
        GgufVocabulary.SentencePiece,
        [.. tokenizer.Pieces.Select((piece, id) => (
            id < ScoreMergeTokenizer.FirstPiece ? Encoding.UTF8.GetString(piece).Trim()
                : Encoding.UTF8.GetString(piece).Replace(' ', '\u2581'),
            id switch
            {
                0 => GgufPieceType.Unknown,
                1 or 2 => GgufPieceType.Control,
                < ScoreMergeTokenizer.FirstPiece => GgufPieceType.Byte,
                _ => GgufPieceType.Normal,
            }))])
    {
        Scores = tokenizer.Scores,
        Start = tokenizer.Bos,
        Unknown = 0,
    };

    private static byte[] File(ITokenizer tokenizer, string name) =>
        tokenizer.Files.First(file => file.Name == name).Bytes.ToArray();

    private static ConfigurationException Refused(ITokenizer tokenizer, string why) =>
        new($"The tokenizer {tokenizer.Name} cannot be written into a GGUF file: {why}.");
}
