using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Scoring.Answers;

/// <summary>Texts and numbers as Python takes and writes them, since the official rules are Python's.</summary>
internal static partial class PythonText
{
    /// <summary>Decimals that a float64 near a tie is written out with: it has no more that decide one.</summary>
    private const int Decimals = 30;

    /// <summary><c>text.split()</c>: the runs between white space.</summary>
    public static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary><c>float(text)</c>; null where that is an error.</summary>
    public static double? Float(string text)
    {
        text = text.Trim();
        if (Number().IsMatch(text))
        {
            return double.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        var negative = text.StartsWith('-');
        return (negative || text.StartsWith('+') ? text[1..] : text).ToLowerInvariant() switch
        {
            "nan" => double.NaN,
            "inf" or "infinity" => negative ? double.NegativeInfinity : double.PositiveInfinity,
            _ => null,
        };
    }

    /// <summary><c>int(text)</c>; null where that is an error.</summary>
    public static BigInteger? Integer(string text) => Whole().IsMatch(text.Trim())
        ? BigInteger.Parse(text.Trim()
            .Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
        : null;

    /// <summary><c>round(value, digits)</c>: the nearest decimal to the exact value of the float64, ties to even.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || digits is < 0 or >= Decimals || Math.Abs(value) >= 1L << 52)
        {
            return value;
        }

        var exact = BigInteger.Parse(
            value.ToString($"F{Decimals}", CultureInfo.InvariantCulture)
                .Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var unit = BigInteger.Pow(10, Decimals - digits);
        var (whole, rest) = BigInteger.DivRem(BigInteger.Abs(exact), unit);
        var side = BigInteger.Compare(2 * rest, unit);
        whole += side > 0 || (side == 0 && !whole.IsEven) ? 1 : 0;
        return Math.CopySign(double.Parse($"{whole}E-{digits}", NumberStyles.Float, CultureInfo.InvariantCulture), value);
    }

    /// <summary><c>str(value)</c> of a float: the shortest text that reads back as it, with a point or an exponent.</summary>
    public static string Write(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
        }

        // .NET writes the same digits, and an exponent in the same cases but for sixteen digits before the point.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (text.Split('E') is not [var digits, var exponent])
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        if (exponent != "+15")
        {
            return $"{digits}e{exponent[0]}{exponent[1..].PadLeft(2, '0')}";
        }

        var (sign, all) = (value < 0 ? "-" : "", digits.TrimStart('-').Replace(".", "", StringComparison.Ordinal).PadRight(17, '0'));
        return $"{sign}{all[..16]}.{all[16..]}";
    }

    [GeneratedRegex(@"^[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][+-]?[0-9]+)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[+-]?[0-9]+(?:_[0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
