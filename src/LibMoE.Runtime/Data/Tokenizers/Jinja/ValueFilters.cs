using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Filters of numbers and of any values. Knowing one is a row here.</summary>
internal static class ValueFilters
{
    private const int MostDigits = 15;

    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, FilterRow> Rows { get; } = new Dictionary<string, FilterRow>
    {
        ["default"] = new(["default_value", "boolean"], Default),
        ["d"] = new(["default_value", "boolean"], Default),
        ["int"] = new(["default", "base"], (value, given) => Whole(value, given.Whole(1) ?? 10) ?? given[0] ?? new WholeValue(0)),
        ["float"] = new(["default"], (value, given) => Real(value) ?? given[0] ?? new RealValue(0)),
        ["abs"] = new([], (value, _) => Operators.Signed(value, negates: Numbers.Is(value) && Numbers.Double(value) < 0)),
        ["round"] = new(["precision", "method"], Rounded),
        ["tojson"] = new(["ensure_ascii", "indent", "separators", "sort_keys"], Json),
    };

    private static JinjaValue Default(JinjaValue value, BoundArguments given) =>
        value is UndefinedValue || (given.Flag(1) && !value.IsTrue) ? given[0] ?? TextValue.Empty : value;

    private static WholeValue? Whole(JinjaValue value, long radix)
    {
        if (radix != 10)
        {
            throw new JinjaException("the filter int reads decimal numbers alone");
        }

        return value switch
        {
            TextValue text when long.TryParse(
                text.Text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var whole) => new WholeValue(whole),
            UndefinedValue undefined => throw undefined.Fault(),
            _ when Numbers.Whole(value) is { } known => new WholeValue(known),
            _ when Real(value) is { Number: var real } && Math.Abs(real) < long.MaxValue => new WholeValue((long)real),
            _ => null,
        };
    }

    private static RealValue? Real(JinjaValue value) => value switch
    {
        TextValue text => double.TryParse(
            text.Text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var number) ? new RealValue(number) : null,
        UndefinedValue undefined => throw undefined.Fault(),
        _ => Numbers.Is(value) ? new RealValue(Numbers.Double(value)) : null,
    };

    private static JinjaValue Rounded(JinjaValue value, BoundArguments given)
    {
        var digits = given.Whole(0) ?? 0;
        if (!Numbers.Is(value) || digits is < 0 or > MostDigits)
        {
            throw new JinjaException($"the filter round rounds numbers to 0 to {MostDigits} digits");
        }

        var scale = Math.Pow(10, digits);
        return (given.Text(1)?.Text ?? "common") switch
        {
            "common" => value is RealValue real ? new RealValue(Math.Round(real.Number, (int)digits, MidpointRounding.ToEven)) : value,
            "ceil" => new RealValue(Math.Ceiling(Numbers.Double(value) * scale) / scale),
            "floor" => new RealValue(Math.Floor(Numbers.Double(value) * scale) / scale),
            _ => throw new JinjaException("the filter round has the methods common, ceil and floor"),
        };
    }

    private static TextValue Json(JinjaValue value, BoundArguments given)
    {
        if (given[0]?.IsTrue == true)
        {
            throw new JinjaException("the filter tojson writes characters as they are (ensure_ascii=false)");
        }

        var indent = given[1] switch
        {
            null or NoneValue => null,
            TextValue text => text.Text,
            _ => new string(' ', (int)Math.Clamp(given.Whole(1)!.Value, 0, 100)),
        };
        var (comma, colon) = given[2] switch
        {
            null or NoneValue => (indent is null ? ", " : ",", ": "),
            ListValue { Items: [TextValue first, TextValue second] } => (first.Text, second.Text),
            _ => throw new JinjaException("separators of the filter tojson are two texts"),
        };
        return new JsonText(given.Run, indent, comma, colon, given.Flag(3)).Of(value);
    }
}
