using System.Text;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers.Merging;

namespace LibMoE.Runtime.Data.Tokenizers.SentencePiece;

/// <summary>What a <c>tokenizer.model</c> states (sentencepiece_model.proto), checked.
/// Settings that are not known are refused by name.</summary>
/// <param name="Pieces">The pieces by id.</param>
/// <param name="Settings">How texts become pieces.</param>
/// <param name="Start">The id that texts start with; null where the file has none.</param>
/// <param name="End">The id that ends a text; null where the file has none.</param>
/// <param name="Unknown">The id of a character that is not a piece.</param>
/// <param name="UnknownSurface">What that id is as a text.</param>
internal sealed record SentencePieceFile(
    IReadOnlyList<SentencePiece> Pieces, SentencePieceOptions Settings, int? Start, int? End, int Unknown, string UnknownSurface)
{
    private const long Bpe = 2;
    private static readonly string[] Kinds = ["none", "unigram", "BPE", "words", "characters"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Understands a file.</summary>
    /// <exception cref="TokenizerException">It is not what it should be, or has a setting that is not known.</exception>
    public static SentencePieceFile Parse(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var fields = ProtobufFields.Of(bytes).ToLookup(field => field.Number, field => field.Bytes);
            var pieces = fields[1].Select(SentencePiece.Of).ToList();
            return pieces.Count == 0
                ? throw new InvalidDataException("it has no pieces")
                : Read(path, pieces, new ProtobufValues(fields[2]), new ProtobufValues(fields[3]), new ProtobufValues(fields[5]));
        }
        catch (Exception fault) when (fault is InvalidDataException or DecoderFallbackException)
        {
            throw new TokenizerException(path, $"it is not a vocabulary of SentencePiece ({MessageText.Reason(fault)})", fault);
        }
    }

    /// <summary>UTF-8 as a text.</summary>
    internal static string Text(ReadOnlyMemory<byte> bytes) => Strict.GetString(bytes.Span);

    private static SentencePieceFile Read(
        string path, List<SentencePiece> pieces, ProtobufValues trainer, ProtobufValues normalizer, ProtobufValues denormalizer)
    {
        var kind = trainer.Number(3, 1);
        Require(path, kind == Bpe, $"its model_type is {(kind is > 0 and <= 4 ? Kinds[kind] : kind)}; BPE is read");
        Require(path, denormalizer.Bytes(2).IsEmpty, "it has a denormalizer_spec, which is not known");
        Require(path, pieces.All(piece => piece.Kind != PieceKind.Unused), "it has pieces of the kind UNUSED, which are not known");
        Require(path, pieces.Count(piece => piece.Kind == PieceKind.Unknown) == 1, "it must have one piece of the kind UNKNOWN");
        Require(path, pieces.All(piece => piece.Text.Length > 0 && !float.IsNaN(piece.Score)), "a piece is empty or has no score");
        var (rule, map) = (normalizer.Text(1, "identity"), normalizer.Bytes(2));
        Require(
            path, !map.IsEmpty || rule is "identity" or "",
            $"its normalizer_spec names the rule {MessageText.Quote(rule)} and carries no precompiled_charsmap for it");
        var fallsBack = trainer.Flag(35, false);
        var byteIds = pieces.Index().Where(entry => entry.Item.Kind == PieceKind.Byte)
            .DistinctBy(entry => entry.Item.Text).ToDictionary(entry => entry.Item.Text, entry => entry.Index);
        int[] bytes = [.. Enumerable.Range(0, 256).Select(value => byteIds.GetValueOrDefault(BpeModel.BytePiece(value), -1))];
        Require(path, !fallsBack || Array.TrueForAll(bytes, id => id >= 0), "its byte_fallback is on, but it has no piece for some byte");
        var settings = new SentencePieceOptions(
            fallsBack ? bytes : null, normalizer.Flag(3, true), normalizer.Flag(4, true), normalizer.Flag(5, true), trainer.Flag(24, false),
            map.IsEmpty ? null : CharacterMap.Parse(map));
        return new SentencePieceFile(
            pieces, settings, Control(41, 1, 46, "<s>"), Control(42, 2, 47, "</s>"),
            pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown), trainer.Text(44, " \u2047 "));

        // SentencePiece finds both by their pieces; an id below 0 says that there is none.
        int? Control(int idField, int usualId, int pieceField, string usualPiece)
        {
            var text = trainer.Text(pieceField, usualPiece);
            var id = pieces.FindIndex(piece => piece.Kind == PieceKind.Control && piece.Text == text);
            return trainer.Number(idField, usualId) < 0 || id < 0 ? null : id;
        }
    }

    private static void Require(string path, bool holds, string problem)
    {
        if (!holds)
        {
            throw new TokenizerException(path, problem);
        }
    }
}

/// <summary>Settings that decide how texts become pieces.</summary>
/// <param name="Bytes">The id of every byte, for characters that are not pieces; null where these are unknown.</param>
/// <param name="AddsBlank">Whether a text gets a blank before it (<c>add_dummy_prefix</c>).</param>
/// <param name="JoinsBlanks">Whether blanks at the ends go, and several become one (<c>remove_extra_whitespaces</c>).</param>
/// <param name="WritesBlanks">Whether a blank is written ▁ (<c>escape_whitespaces</c>).</param>
/// <param name="BlankBehind">Whether the blank that a text gets stands after it (<c>treat_whitespace_as_suffix</c>).</param>
/// <param name="Map">What characters are replaced by before anything else (<c>precompiled_charsmap</c>).</param>
internal sealed record SentencePieceOptions(
    int[]? Bytes, bool AddsBlank, bool JoinsBlanks, bool WritesBlanks, bool BlankBehind, CharacterMap? Map)
{
    /// <summary>How a blank is written in pieces.</summary>
    public string Blank => WritesBlanks ? "\u2581" : " ";
}
