using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>What a piece of a GGUF file's vocabulary is (<c>tokenizer.ggml.token_type</c>); the numbers are SentencePiece's.</summary>
internal enum GgufPieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A tokenizer as a GGUF file has it: a list of pieces with their types, and either scores or merges.</summary>
/// <param name="Model"><c>gpt2</c> for byte-level BPE, <c>llama</c> for SentencePiece.</param>
/// <param name="Pieces">The pieces by id, with their types.</param>
internal sealed record GgufVocabulary(string Model, IReadOnlyList<(string Text, GgufPieceType Type)> Pieces)
{
    /// <summary>Byte-level BPE.</summary>
    public const string ByteLevel = "gpt2";

    /// <summary>SentencePiece's BPE.</summary>
    public const string SentencePiece = "llama";

    private const string TemplateKey = "tokenizer.chat_template";
    private const string TemplatesKey = "tokenizer.chat_templates";

    /// <summary>How texts are cut before merging; null for SentencePiece.</summary>
    public string? Cuts { get; init; }

    /// <summary>The pairs, best first; none for SentencePiece.</summary>
    public IReadOnlyList<string> Merges { get; init; } = [];

    /// <summary>The scores of SentencePiece; none for others.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>Whether SentencePiece puts a blank before a text.</summary>
    public bool AddsBlank { get; init; } = true;

    /// <summary>The id that texts start with; null for none.</summary>
    public int? Start { get; init; }

    /// <summary>The id that ends a text; null for none.</summary>
    public int? End { get; init; }

    /// <summary>The id of the start piece, also where texts do not begin with it; null for none.</summary>
    public int? StartPiece { get; init; }

    /// <summary>The id that ends a turn, where it is another than what ends a text; null for none.</summary>
    public int? EndOfTurn { get; init; }

    /// <summary>The chat templates by their names.</summary>
    public IReadOnlyDictionary<string, string> ChatTemplates { get; init; } = new Dictionary<string, string>();

    /// <summary>SentencePiece's id of what is no piece.</summary>
    public int? Unknown { get; init; }

    /// <summary>The metadata.</summary>
    /// <param name="vocabulary">V of the model, whose ids beyond the tokenizer's get pieces that stand for nothing.</param>
    public IEnumerable<(string Name, GgufValue Value)> Write(int vocabulary)
    {
        var added = Enumerable.Range(Pieces.Count, vocabulary - Pieces.Count).Select(id => ($"[PAD{id}]", GgufPieceType.Unused));
        var pieces = Pieces.Concat(added).ToList();
        yield return ("tokenizer.ggml.model", GgufValue.Of(Model));
        if (Cuts is not null)
        {
            yield return ("tokenizer.ggml.pre", GgufValue.Of(Cuts));
        }

        yield return ("tokenizer.ggml.tokens", GgufValue.Of(pieces.Select(piece => piece.Item1)));
        yield return ("tokenizer.ggml.token_type", GgufValue.Of(pieces.Select(piece => (int)piece.Item2)));
        if (Model == SentencePiece)
        {
            var scores = Scores.Concat(Enumerable.Repeat(Scores.Min(), vocabulary - Pieces.Count));
            yield return ("tokenizer.ggml.scores", GgufValue.Of(scores));
            yield return ("tokenizer.ggml.add_space_prefix", GgufValue.Of(AddsBlank));
        }
        else
        {
            yield return ("tokenizer.ggml.merges", GgufValue.Of(Merges));
        }

        foreach (var (name, text) in ChatTemplates)
        {
            yield return (name == ChatTemplateFiles.Default ? TemplateKey : $"{TemplateKey}.{name}", GgufValue.Of(text));
        }

        if (ChatTemplates.Keys.Where(name => name != ChatTemplateFiles.Default).ToList() is { Count: > 0 } names)
        {
            yield return (TemplatesKey, GgufValue.Of(names));
        }

        foreach (var (name, id) in new[]
            { ("bos", Start ?? StartPiece), ("eos", End ?? Start), ("eot", EndOfTurn), ("unknown", Unknown) })
        {
            if (id is { } stated)
            {
                yield return ($"tokenizer.ggml.{name}_token_id", GgufValue.Of(stated));
            }
        }

        yield return ("tokenizer.ggml.add_bos_token", GgufValue.Of(Start is not null));
        yield return ("tokenizer.ggml.add_eos_token", GgufValue.Of(false));
    }

    /// <summary>Understands a file's.</summary>
    /// <exception cref="ConfigurationException">The file has no tokenizer.</exception>
    /// <exception cref="StorageException">Its lists do not fit together.</exception>
    public static GgufVocabulary Read(GgufMetadata stated)
    {
        var texts = stated.Texts("tokenizer.ggml.tokens");
        if (texts.Count == 0)
        {
            throw new ConfigurationException(
                $"{stated.Path} has no tokenizer: tokenizer.ggml.tokens is {stated.Raw("tokenizer.ggml.tokens")}.");
        }

        var types = stated.Ints("tokenizer.ggml.token_type");
        var scores = stated.Floats("tokenizer.ggml.scores");
        if ((types.Count > 0 && types.Count != texts.Count) || (scores.Count > 0 && scores.Count != texts.Count))
        {
            throw new StorageException(
                stated.Path, StorageCause.Damaged,
                $"{stated.Path} has {texts.Count} pieces, but {types.Count} types and {scores.Count} scores of them");
        }

        var pieces = texts.Select((text, id) => (text, types.Count == 0 ? GgufPieceType.Normal : (GgufPieceType)types[id])).ToList();
        while (pieces.Count > 1 && pieces[^1].Item2 == GgufPieceType.Unused)
        {
            pieces.RemoveAt(pieces.Count - 1);
        }

        var model = stated.Text("tokenizer.ggml.model");
        var cuts = stated.Has("tokenizer.ggml.pre") ? stated.Text("tokenizer.ggml.pre") : null;

        // Where a file does not say: SentencePiece's texts begin with the start token, and so do Llama 3's.
        var starts = model == SentencePiece || GgufCuts.All.Any(row => row.TakesWholeWords && row.Names.Contains(cuts));
        var start = Id(stated, "bos", pieces.Count);
        return new GgufVocabulary(model, pieces)
        {
            Cuts = cuts,
            Merges = stated.Texts("tokenizer.ggml.merges"),
            Scores = [.. scores.Take(pieces.Count)],
            AddsBlank = stated.Bool("tokenizer.ggml.add_space_prefix", true),
            Start = stated.Bool("tokenizer.ggml.add_bos_token", starts) ? start : null,
            StartPiece = start,
            End = Id(stated, "eos", pieces.Count),
            EndOfTurn = Id(stated, "eot", pieces.Count),
            ChatTemplates = Templates(stated),
            Unknown = Id(stated, "unknown", pieces.Count),
        };
    }

    private static Dictionary<string, string> Templates(GgufMetadata stated)
    {
        var templates = stated.Texts(TemplatesKey).Where(name => stated.Has($"{TemplateKey}.{name}")).Distinct()
            .ToDictionary(name => name, name => stated.Text($"{TemplateKey}.{name}"));
        if (stated.Has(TemplateKey))
        {
            templates[ChatTemplateFiles.Default] = stated.Text(TemplateKey);
        }

        return templates;
    }

    private static int? Id(GgufMetadata stated, string kind, int pieces)
    {
        var name = $"tokenizer.ggml.{kind}_token_id";
        return !stated.Has(name) ? null
            : stated.Int(name) is var id && id >= 0 && id < pieces ? id
            : throw new StorageException(
                stated.Path, StorageCause.Damaged, $"{stated.Path}: {name} is {stated.Raw(name)}; pieces have ids from 0 to {pieces - 1}");
    }
}
