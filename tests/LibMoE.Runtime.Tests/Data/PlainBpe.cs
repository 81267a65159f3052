using System.Text;
using System.Text.Json;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>Byte-pair encoding written from its definition, with nothing of the tokenizers under test.</summary>
internal sealed class PlainBpe(Dictionary<string, int> ids, Dictionary<(string Left, string Right), int> ranks)
{
    private readonly Dictionary<string, int[]> _known = [];

    public static PlainBpe Load(string vocabulary, string merges) => new(
        JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(vocabulary))!,
        File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).Index().ToDictionary(pair => (pair.Item[0], pair.Item[1]), pair => pair.Index));

    /// <summary>The ids of one word.</summary>
    public int[] Encode(string word)
    {
        if (!_known.TryGetValue(word, out var known))
        {
            var pieces = Encoding.UTF8.GetBytes(word).Select(Letter).ToList();
            while (Best(pieces) is { } best)
            {
                pieces[best] += pieces[best + 1];
                pieces.RemoveAt(best + 1);
            }

            _known[word] = known = [.. pieces.Select(piece => ids[piece])];
        }

        return known;
    }

    private int? Best(List<string> pieces)
    {
        var places = Enumerable.Range(0, Math.Max(0, pieces.Count - 1)).Where(i => ranks.ContainsKey((pieces[i], pieces[i + 1]))).ToList();
        return places.Count == 0 ? null : places.MinBy(i => ranks[(pieces[i], pieces[i + 1])]);
    }

    /// <summary>GPT-2's letter for a byte: itself where it prints, else the next from U+0100.</summary>
    private static string Letter(byte value)
    {
        static bool Prints(int b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
        return ((char)(Prints(value) ? value : 256 + Enumerable.Range(0, value).Count(b => !Prints(b)))).ToString();
    }
}
