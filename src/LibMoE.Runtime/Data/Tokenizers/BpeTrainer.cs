using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>
/// Trains a byte-level BPE (Sennrich et al. 2016): starting from the 256 bytes, the pair of neighbouring pieces that occurs most often
/// becomes a piece, again and again; of equals the pair with the lowest ids, so that one text gives one vocabulary everywhere.
/// </summary>
internal static class BpeTrainer
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Trains.</summary>
    /// <param name="texts">What to train on.</param>
    /// <param name="pieces">V: how many pieces, the bytes included.</param>
    /// <exception cref="ConfigurationException">The texts give fewer pieces that occur twice.</exception>
    public static ByteLevelBpe Train(IEnumerable<string> texts, int pieces)
    {
        var (vocabulary, merges) = Merge(new BpeWords(WordCounts.Of(texts)), pieces);
        return ByteLevelBpe.Parse("vocab.json", Json(vocabulary), "merges.txt", Encoding.UTF8.GetBytes(
            "#version: 0.2\n" + string.Concat(merges.Select(pair => $"{vocabulary[pair.Left]} {vocabulary[pair.Right]}\n"))));
    }

    /// <summary>The pieces by id, as letters, and the pairs in the order of their merging.</summary>
    private static (List<string> Pieces, List<(int Left, int Right)> Merges) Merge(BpeWords words, int pieces)
    {
        List<string> vocabulary = [.. ByteLetters.Order.Select(value => ByteLetters.Write([value]))];
        var ids = vocabulary.Index().ToDictionary(piece => piece.Item, piece => piece.Index);
        var merges = new List<(int Left, int Right)>();
        while (vocabulary.Count < pieces)
        {
            if (words.Best() is not var (left, right))
            {
                throw new ConfigurationException(
                    $"The texts give only {vocabulary.Count} pieces that occur twice, and {pieces} were asked for; "
                        + "ask for at most as many.");
            }

            // Two pairs may have one union, such as aa·a and a·aa: it stays one piece.
            var union = vocabulary[left] + vocabulary[right];
            if (ids.TryAdd(union, vocabulary.Count))
            {
                vocabulary.Add(union);
            }

            words.Merge(left, right, ids[union]);
            merges.Add((left, right));
        }

        return (vocabulary, merges);
    }

    private static byte[] Json(List<string> vocabulary) => JsonSerializer.SerializeToUtf8Bytes(
        vocabulary.Index().ToDictionary(piece => piece.Item, piece => piece.Index), Readable);
}
