using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>
/// The 256 letters that stand for bytes in GPT-2's vocabulary files (Radford et al. 2019): a printable Latin-1 character stands for
/// itself, and the others, in order, for U+0100 and up. Their order is that of GPT-2's first 256 ids.
/// </summary>
internal static class ByteLetters
{
    private static readonly byte[] InOrder =
    [
        .. Range('!', '~'), .. Range('¡', '¬'), .. Range('®', 'ÿ'),
        .. Enumerable.Range(0, 256).Where(value => !IsPrintable(value)).Select(value => (byte)value),
    ];

    private static readonly char[] LetterOf = Letters();
    private static readonly Dictionary<char, byte> ByteOf =
        Enumerable.Range(0, 256).ToDictionary(value => LetterOf[value], value => (byte)value);

    /// <summary>The bytes in the order of their ids.</summary>
    public static IReadOnlyList<byte> Order => InOrder;

    /// <summary>The 243 bytes that occur in UTF-8 (RFC 3629): not 192, 193 and 245 to 255. Vocabularies may lack the others.</summary>
    public static IReadOnlyList<byte> InTexts { get; } = [.. InOrder.Where(value => value is not (0xC0 or 0xC1 or >= 0xF5))];

    /// <summary>The letters of a piece's bytes.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            text.Append(LetterOf[value]);
        }

        return text.ToString();
    }

    /// <summary>The bytes that a piece's letters stand for; null where a character is no such letter.</summary>
    public static byte[]? Read(string letters)
    {
        var bytes = new byte[letters.Length];
        for (var i = 0; i < letters.Length; i++)
        {
            if (!ByteOf.TryGetValue(letters[i], out bytes[i]))
            {
                return null;
            }
        }

        return bytes;
    }

    private static char[] Letters()
    {
        var (letters, next) = (new char[256], 256);
        for (var value = 0; value < 256; value++)
        {
            letters[value] = (char)(IsPrintable(value) ? value : next++);
        }

        return letters;
    }

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= '¡' and <= '¬') or (>= '®' and <= 'ÿ');

    private static IEnumerable<byte> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(value => (byte)value);
}
