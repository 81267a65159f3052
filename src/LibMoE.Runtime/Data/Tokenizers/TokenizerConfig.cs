using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>
/// The <c>tokenizer_config.json</c> beside a published vocabulary: whether texts begin with a start id (<c>add_bos_token</c>), with which
/// (<c>bos_token</c>), and which id ends them (<c>eos_token</c>).
/// </summary>
internal sealed class TokenizerConfig
{
    /// <summary>The file's name.</summary>
    public const string FileName = "tokenizer_config.json";

    /// <summary>Classes of Hugging Face's library that set the start by this file, whatever the vocabulary's own file says, with what holds
    /// where <c>add_bos_token</c> is not stated.</summary>
    private static readonly Dictionary<string, bool> Deciding = new()
    {
        ["LlamaTokenizer"] = true,
        ["CodeLlamaTokenizer"] = true,
        ["GemmaTokenizer"] = true,
        ["GPTNeoXTokenizer"] = false,
    };

    private readonly string _path;
    private readonly string? _class;
    private readonly bool? _addsStart;
    private readonly string? _start;
    private readonly string? _end;
    private readonly Dictionary<int, (string Text, bool IsSpecial)> _added = [];

    private TokenizerConfig(string path, byte[] bytes)
    {
        (_path, File) = (path, new TokenizerFile(FileName, bytes));
        try
        {
            using var json = JsonDocument.Parse(bytes);
            _class = Find(json.RootElement, "tokenizer_class")?.GetString();
            _class = _class?.EndsWith("Fast", StringComparison.Ordinal) == true ? _class[..^"Fast".Length] : _class;
            _addsStart = Find(json.RootElement, "add_bos_token")?.GetBoolean();
            _start = Piece(json.RootElement, "bos_token");
            _end = Piece(json.RootElement, "eos_token");
            IsLegacy = Find(json.RootElement, "legacy") is not { ValueKind: JsonValueKind.False };
            ReadAdded(json.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new TokenizerException(path, $"it does not describe a tokenizer ({fault.Message.TrimEnd('.')})", fault);
        }
    }

    /// <summary>The file, which belongs to the tokenizer's own.</summary>
    public TokenizerFile File { get; }

    /// <summary>Whether SentencePiece's blank before a text also stands behind every mark (<c>legacy</c>, true where it is not
    /// stated).</summary>
    public bool IsLegacy { get; }

    /// <summary>The texts of pieces that are marks, whatever the vocabulary's own file calls them.</summary>
    public IEnumerable<string> Special => _added.Values.Where(piece => piece.IsSpecial).Select(piece => piece.Text);

    /// <summary>The largest id of a piece that is added to the vocabulary; −1 for none.</summary>
    public int LargestAdded => _added.Keys.DefaultIfEmpty(-1).Max();

    /// <summary>Reads the file beside a vocabulary; null where there is none.</summary>
    /// <exception cref="TokenizerException">It is not what it should be.</exception>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public static TokenizerConfig? Beside(string vocabulary)
    {
        var path = Path.Combine(Path.GetDirectoryName(vocabulary) ?? "", FileName);
        return DiskFiles.Instance.Find(path) is null ? null : new TokenizerConfig(path, DiskFiles.Instance.ReadAll(path));
    }

    /// <summary>Reads the bytes of such a file; the path is for messages.</summary>
    /// <exception cref="TokenizerException">It is not what it should be.</exception>
    public static TokenizerConfig Parse(string path, byte[] bytes) => new(path, bytes);

    /// <summary>The start id of texts; null where they have none.</summary>
    /// <param name="own">What the vocabulary's own files say.</param>
    /// <param name="idOf">The id of a piece; null where there is no such piece.</param>
    /// <param name="decides">Whether this file decides whatever the class: where the vocabulary's own files do not say
    /// how texts begin.</param>
    /// <exception cref="TokenizerException">Both say something else, or the start is no piece.</exception>
    public int? Start(int? own, Func<string, int?> idOf, bool decides)
    {
        var byClass = _class is not null && Deciding.TryGetValue(_class, out var usual) ? usual : (bool?)null;
        if ((_addsStart ?? byClass) is not { } adds)
        {
            return own;
        }

        int? start =
            adds ? Id(idOf) ?? own ?? throw new TokenizerException(_path, "add_bos_token is true, but bos_token is not stated") : null;
        return start == own || decides || byClass is not null
            ? start
            : throw new TokenizerException(
                _path, $"add_bos_token is {(adds ? "true" : "false")}, but the post_processor of {TokenizerJson.FileName} says otherwise; "
                    + "change one of them");
    }

    /// <summary>The id that ends a text; null where none is stated or it is no piece.</summary>
    public int? End(Func<string, int?> idOf) => _end is null ? null : idOf(_end);

    private void ReadAdded(JsonElement root)
    {
        if (Find(root, "added_tokens_decoder") is not { ValueKind: JsonValueKind.Object } added)
        {
            return;
        }

        foreach (var piece in added.EnumerateObject().Where(piece => piece.Value.ValueKind == JsonValueKind.Object))
        {
            if (int.TryParse(piece.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && piece.Value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String)
            {
                _added[id] = (content.GetString()!, Find(piece.Value, "special") is { ValueKind: JsonValueKind.True });
            }
        }
    }

    private int? Id(Func<string, int?> idOf) => _start is null
        ? null
        : idOf(_start)
            ?? throw new TokenizerException(_path, $"bos_token is {MessageText.Quote(_start)}, which is not a piece of the vocabulary");

    /// <summary>A piece by its text, or by an object with its content.</summary>
    private static string? Piece(JsonElement root, string name) => Find(root, name) is { } piece
        ? (piece.ValueKind == JsonValueKind.Object ? piece.GetProperty("content") : piece).GetString()
        : null;

    private static JsonElement? Find(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
