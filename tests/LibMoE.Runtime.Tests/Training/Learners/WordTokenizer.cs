using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>A word is a token; id 0 is a word that is not known, id 1 ends a text.</summary>
internal sealed class WordTokenizer : ITokenizer
{
    private static readonly char[] Between = [' ', '?', '.', '\n'];

    private readonly List<string> _words;

    public WordTokenizer(IEnumerable<string> texts) =>
        _words = ["<unknown>", "<end>", .. texts.SelectMany(Words).Distinct().Order(StringComparer.Ordinal)];

    public int Vocabulary => _words.Count;

    public int? Bos => null;

    public int? Eos => 1;

    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _words))));

    public string Name => "words";

    public IReadOnlyList<TokenizerFile> Files => [];

    public int[] Encode(string text) => [.. Words(text).Select(word => Math.Max(0, _words.IndexOf(word)))];

    public string Decode(ReadOnlySpan<int> ids) => string.Join(' ', ids.ToArray().Where(id => id != Eos).Select(id => _words[id]));

    private static string[] Words(string text) => text.ToLowerInvariant().Split(Between, StringSplitOptions.RemoveEmptyEntries);
}
