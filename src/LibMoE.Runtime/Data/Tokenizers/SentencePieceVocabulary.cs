using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Data.Tokenizers.Merging;
using LibMoE.Runtime.Data.Tokenizers.SentencePiece;

namespace LibMoE.Runtime;

/// <summary>
/// A BPE vocabulary of SentencePiece (Kudo and Richardson 2018), as Llama 2, Mistral and Mixtral publish theirs: <c>tokenizer.model</c>.
/// The adjacent pair whose union has the highest score is merged, the leftmost on a tie (its bpe_model.cc).
/// </summary>
public sealed class SentencePieceVocabulary : ITokenizer, IMarkedTokenizer
{
    /// <summary>The file's usual name.</summary>
    public const string FileName = "tokenizer.model";

    private const int FirstPlace = -2;

    private readonly SentencePieceFile _file;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly PieceFinder _symbols;

    /// <summary>Pieces that texts are made of, then characters that only occur inside them, with ids from V.</summary>
    private readonly Dictionary<string, int> _parts;
    private readonly Dictionary<int, string> _characters;
    private readonly int[] _byteIds;
    private readonly PairMerge _merge;
    private readonly TokenizerEnds _ends;
    private readonly SentencePieceMarks _marks;

    private SentencePieceVocabulary(
        string path, byte[] bytes, TokenizerConfig? config, IReadOnlyList<TokenizerFile> companions)
    {
        _file = SentencePieceFile.Parse(path, bytes);
        _symbols = new PieceFinder(_file.Pieces.Where(piece => piece.Kind == PieceKind.UserDefined).Select(piece => piece.Text));
        _normalizer = new SentencePieceNormalizer(_file.Settings, _symbols);
        var pieces = _file.Pieces.Index().Where(entry => entry.Item.Kind is PieceKind.Normal or PieceKind.UserDefined)
            .DistinctBy(entry => entry.Item.Text).ToDictionary(entry => entry.Item.Text, entry => entry.Index);
        _parts = new Dictionary<string, int>(pieces);
        foreach (var character in pieces.Keys.SelectMany(piece => piece.EnumerateRunes()).Select(rune => rune.ToString()))
        {
            _parts.TryAdd(character, Vocabulary + _parts.Count);
        }

        _characters = _parts.Where(part => part.Value >= Vocabulary).ToDictionary(part => part.Value, part => part.Key);
        var ids = _file.Pieces.Index().DistinctBy(entry => entry.Item.Text).ToDictionary(entry => entry.Item.Text, entry => entry.Index);
        _byteIds = [.. Enumerable.Range(0, 256).Select(value => ids.GetValueOrDefault(BpeModel.BytePiece(value), -1))];
        var ranks = PieceUnions.RanksOf([.. _file.Pieces.Select(piece => piece.Score)]);
        _merge = new PairMerge(PieceUnions.Of(pieces, _parts, id => ranks[id]));
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. "tokenizer.model, version 2"u8, .. SHA256.HashData(bytes)]));
        _ends = TokenizerEnds.Of(
            config, new(_file.Start, _file.End, hash, [new TokenizerFile(FileName, bytes), .. companions]), IdOf, decides: true);
        _marks = new SentencePieceMarks(_file, config);
    }

    /// <inheritdoc />
    public int Vocabulary => _file.Pieces.Count;

    /// <inheritdoc />
    public int? Bos => _ends.Bos;

    /// <inheritdoc />
    public int? Eos => _ends.Eos;

    /// <inheritdoc />
    public string Hash => _ends.Hash;

    /// <inheritdoc />
    public string Name => FileName;

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files => _ends.Files;

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="path">The <c>tokenizer.model</c>.</param>
    /// <exception cref="TokenizerException">The file is not such a vocabulary, or has a setting that is not known.</exception>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public static SentencePieceVocabulary Load(string path) => Parse(path, DiskFiles.Instance.ReadAll(path));

    /// <summary>Reads the bytes of such a file; the path is for messages and the configuration beside it.</summary>
    internal static SentencePieceVocabulary Parse(string path, byte[] bytes) =>
        new(path, bytes, TokenizerConfig.Beside(path), TokenizerCompanions.Beside(path));

    /// <summary>Reads the bytes of such a file with those of its configuration and of what goes with it.</summary>
    internal static SentencePieceVocabulary Parse(
        string path, byte[] bytes, TokenizerConfig? config, IReadOnlyList<TokenizerFile> companions) =>
        new(path, bytes, config, companions);

    /// <summary>Whether the configuration beside it adds pieces that the file does not have.</summary>
    internal bool LacksPieces => _marks.LargestAdded >= Vocabulary;

    /// <inheritdoc />
    public int[] Encode(string text) => Ids(text, _normalizer, _symbols);

    /// <inheritdoc />
    int[] IMarkedTokenizer.Encode(string text, Func<int, int, bool> isWords) =>
        [.. _marks.Of(text, isWords).SelectMany(part => part.Id is { } id ? [id] : Ids(part.Text, part.Normalizer, _marks.Symbols))];

    /// <inheritdoc />
    bool IMarkedTokenizer.IsMark(int id) => _marks.Has(id);

    /// <inheritdoc />
    string? IMarkedTokenizer.TextOf(int id) => id >= 0 && id < Vocabulary ? _file.Pieces[id].Text : null;

    private int[] Ids(string text, SentencePieceNormalizer normalizer, PieceFinder symbols)
    {
        var utf8 = Encoding.UTF8.GetBytes(normalizer.Of(text)).AsSpan();
        var (characters, ids, isFixed) = (new List<string>(), new List<int>(utf8.Length), new HashSet<int>());
        while (utf8.Length > 0)
        {
            var length = symbols.LengthAt(utf8);
            if (length > 0)
            {
                isFixed.Add(ids.Count);
            }
            else
            {
                Rune.DecodeFromUtf8(utf8, out _, out length);
            }

            // A character that is in no piece merges with nothing; until then its place stands for it, below 0.
            var part = Encoding.UTF8.GetString(utf8[..length]);
            ids.Add(_parts.TryGetValue(part, out var id) ? id : FirstPlace - characters.Count);
            characters.Add(part);
            utf8 = utf8[length..];
        }

        return Known(_merge.Run(ids, isFixed), id => id < 0 ? characters[FirstPlace - id] : _characters[id]);
    }

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        var (bytes, isFirst) = (new List<byte>(), true);
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
            var piece = _file.Pieces[id];
            if (piece.Kind == PieceKind.Control)
            {
                continue;
            }

            if (piece.Kind == PieceKind.Byte)
            {
                bytes.Add((byte)Array.IndexOf(_byteIds, id));
            }
            else
            {
                var text = piece.Kind == PieceKind.Unknown ? _file.UnknownSurface : piece.Text;
                var hasBlank = isFirst && (_file.Settings.AddsBlank || _file.Settings.JoinsBlanks) && !_file.Settings.BlankBehind;
                text = hasBlank && text.StartsWith(_file.Settings.Blank, StringComparison.Ordinal)
                    ? text[_file.Settings.Blank.Length..]
                    : text;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Replace(_file.Settings.Blank, " ", StringComparison.Ordinal)));
            }

            isFirst = false;
        }

        var decoded = Encoding.UTF8.GetString([.. bytes]);
        return _file.Settings is { AddsBlank: true, BlankBehind: true } && decoded.EndsWith(' ') ? decoded[..^1] : decoded;
    }

    /// <summary>The pieces, with bytes or the unknown id for characters that are none;
    /// neighbouring unknown ones get one id together.</summary>
    private int[] Known(int[] merged, Func<int, string> characterOf)
    {
        var ids = new List<int>(merged.Length);
        foreach (var id in merged)
        {
            if (id >= 0 && id < Vocabulary)
            {
                ids.Add(id);
            }
            else if (_file.Settings.Bytes is { } byteIds)
            {
                ids.AddRange(Encoding.UTF8.GetBytes(characterOf(id)).Select(value => byteIds[value]));
            }
            else if (ids.Count == 0 || ids[^1] != _file.Unknown)
            {
                ids.Add(_file.Unknown);
            }
        }

        return [.. ids];
    }

    private int? IdOf(string piece)
    {
        for (var id = 0; id < Vocabulary; id++)
        {
            if (_file.Pieces[id].Text == piece)
            {
                return id;
            }
        }

        return null;
    }
}
