using System.Text.Json;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers.Json;
using LibMoE.Runtime.Data.Tokenizers.Merging;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>What a <c>tokenizer.json</c> states of a BPE, checked. Steps that are not known are refused:
/// other ids would be silently wrong.</summary>
/// <param name="Ids">The id of every piece of the model.</param>
/// <param name="Model">The merging of words.</param>
/// <param name="Added">Pieces that are found in a text as they stand.</param>
/// <param name="Cuts">How a text is normalised and cut before merging.</param>
/// <param name="Decode">How pieces become a text.</param>
/// <param name="IsByteLevel">Whether pieces are written in the letters of bytes.</param>
/// <param name="Start">The id that texts start with.</param>
internal sealed record TokenizerJsonFile(
    IReadOnlyDictionary<string, int> Ids,
    BpeModel Model,
    IReadOnlyList<AddedPiece> Added,
    TextCuts Cuts,
    Func<List<string>, string> Decode,
    bool IsByteLevel,
    int? Start)
{
    /// <summary>Understands a file.</summary>
    /// <exception cref="TokenizerException">It is not what it should be, or of another kind.</exception>
    public static TokenizerJsonFile Parse(string path, byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Read(path, json.RootElement);
        }
        catch (NotSupportedException fault)
        {
            throw new TokenizerException(path, fault.Message, fault);
        }
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new TokenizerException(path, $"it is not a tokenizer of Hugging Face's library ({MessageText.Reason(fault)})", fault);
        }
    }

    private static TokenizerJsonFile Read(string path, JsonElement root)
    {
        var (modelJson, preTokenizer) = (root.GetProperty("model"), root.Part("pre_tokenizer"));
        var isByteLevel = PreTokenizerSteps.IsByteLevel(preTokenizer);
        var (ids, options, model) = BpeModelReader.Read(path, modelJson);
        var added = AddedOf(path, root.Part("added_tokens"));
        var normalize = NormalizerSteps.Read(path, root.Part("normalizer"));
        var cuts = new TextCuts(new AddedPieces(added, normalize), PreTokenizerSteps.Read(path, preTokenizer));
        BpeModelReader.RefuseLosses(path, ids, options, isByteLevel);
        var decode = DecoderSteps.Read(path, root.Part("decoder"), isByteLevel, options.FallsBackToBytes);
        return new TokenizerJsonFile(
            ids, model, added, cuts, decode, isByteLevel, PostProcessorSteps.Start(path, root.Part("post_processor"), added));
    }

    private static List<AddedPiece> AddedOf(string path, JsonElement? tokens)
    {
        var pieces = tokens?.EnumerateArray().Select(token => new AddedPiece(
            token.Text("content"), token.GetProperty("id").GetInt32(), token.Flag("normalized", otherwise: !token.Flag("special")),
            token.Flag("single_word"),
            token.Flag("lstrip"), token.Flag("rstrip"), token.Flag("special"))).ToList() ?? [];
        return pieces.All(piece => piece.Id >= 0) ? pieces : throw new TokenizerException(path, "an id is below 0");
    }
}
