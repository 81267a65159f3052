using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>A word is a token; id 0 is a word that no training question or answer has.</summary>
internal sealed class WordTokenizer : ITokenizer
{
    private static readonly char[] Between = [' ', '?', '\n'];

    private readonly string[] _words;
    private readonly Dictionary<string, int> _ids;

    public WordTokenizer(IEnumerable<string> texts)
    {
        _words = ["<unknown>", .. texts.SelectMany(Words).Distinct().Order(StringComparer.Ordinal)];
        _ids = _words.Index().ToDictionary(word => word.Item, word => word.Index);
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _words))));
    }

    public int Vocabulary => _words.Length;

    public int? Bos => null;

    public string Hash { get; }

    public string Name => "words";

    public IReadOnlyList<TokenizerFile> Files => [];

    public int[] Encode(string text) => [.. Words(text).Select(word => _ids.GetValueOrDefault(word))];

    public string Decode(ReadOnlySpan<int> ids)
    {
        var words = new List<string>();
        foreach (var id in ids)
        {
            words.Add(_words[id]);
        }

        return string.Join(' ', words);
    }

    private static string[] Words(string text) => text.ToLowerInvariant().Split(Between, StringSplitOptions.RemoveEmptyEntries);
}
