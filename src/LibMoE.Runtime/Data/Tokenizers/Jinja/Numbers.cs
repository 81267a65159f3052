using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Numbers as Python has them: true is 1, and a whole number and one of floating point compare by what they are worth.</summary>
internal static class Numbers
{
    /// <summary>From this size on, Python writes a number with an exponent.</summary>
    private const int LargestPlainExponent = 16;

    private const int SmallestPlainExponent = -4;

    /// <summary>Whether a value is a number, or a truth, which counts as one.</summary>
    public static bool Is(JinjaValue value) => value is BoolValue or WholeValue or RealValue;

    /// <summary>The whole number that a value is; null where it is none.</summary>
    public static long? Whole(JinjaValue value) => value switch
    {
        WholeValue whole => whole.Number,
        BoolValue truth => truth.IsTrue ? 1 : 0,
        _ => null,
    };

    /// <summary>The number that a value is.</summary>
    public static double Double(JinjaValue value) => value is RealValue real ? real.Number : Whole(value) ?? double.NaN;

    /// <summary>Below 0 where the first is less, 0 where both are the same; not a number is unlike all.</summary>
    public static int? Compare(JinjaValue x, JinjaValue y)
    {
        if (Whole(x) is { } a && Whole(y) is { } b)
        {
            return a.CompareTo(b);
        }

        var (first, second) = (Double(x), Double(y));
        return double.IsNaN(first) || double.IsNaN(second) ? null : first.CompareTo(second);
    }

    /// <summary>A number as Python prints it.</summary>
    public static string Shown(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var parts = number.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var digits = string.Concat(shortest.Split('E')[0].Where(char.IsAsciiDigit)).TrimStart('0').TrimEnd('0');
        var exponent = number == 0 ? 0 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        var sign = double.IsNegative(number) ? "-" : "";
        digits = digits.Length == 0 ? "0" : digits;
        if (exponent is < SmallestPlainExponent or >= LargestPlainExponent)
        {
            var power = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{power}";
        }

        var whole = exponent < 0 ? "0" : digits.PadRight(exponent + 1, '0')[..(exponent + 1)];
        var rest = exponent < 0 ? new string('0', -exponent - 1) + digits : digits.PadRight(exponent + 1, '0')[(exponent + 1)..];
        return $"{sign}{whole}.{(rest.Length == 0 ? "0" : rest)}";
    }
}
