using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>The tests (<c>a is b</c>). Knowing one is a row here.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Func<JinjaValue, bool>> OfOne = new()
    {
        ["defined"] = value => value is not UndefinedValue,
        ["undefined"] = value => value is UndefinedValue,
        ["none"] = value => value is NoneValue,
        ["boolean"] = value => value is BoolValue,
        ["true"] = value => value is BoolValue { IsTrue: true },
        ["false"] = value => value is BoolValue { IsTrue: false },
        ["integer"] = value => value is WholeValue,
        ["float"] = value => value is RealValue,
        ["number"] = Numbers.Is,
        ["string"] = value => value is TextValue,
        ["mapping"] = value => value is MapValue,
        ["sequence"] = value => value is TextValue or MapValue or UndefinedValue or ListValue { HasPlaces: true },
        ["iterable"] = value => value is TextValue or MapValue or UndefinedValue or ListValue,
        ["callable"] = value => value is FunctionValue or UndefinedValue,
        ["odd"] = value => Rest(value, new WholeValue(2)) == 1,
        ["even"] = value => Rest(value, new WholeValue(2)) == 0,
    };

    private static readonly Dictionary<string, Func<JinjaValue, JinjaValue, TemplateRun, bool>> OfTwo = new()
    {
        ["eq"] = Comparison("=="),
        ["equalto"] = Comparison("=="),
        ["ne"] = Comparison("!="),
        ["lt"] = Comparison("<"),
        ["lessthan"] = Comparison("<"),
        ["le"] = Comparison("<="),
        ["gt"] = Comparison(">"),
        ["greaterthan"] = Comparison(">"),
        ["ge"] = Comparison(">="),
        ["in"] = Comparison("in"),
        ["=="] = Comparison("=="),
        ["!="] = Comparison("!="),
        ["<"] = Comparison("<"),
        ["<="] = Comparison("<="),
        [">"] = Comparison(">"),
        [">="] = Comparison(">="),
        ["divisibleby"] = (value, by, _) => Rest(value, by) == 0,
        ["sameas"] = (value, other, run) => ReferenceEquals(value, other)
            || (value.GetType() == other.GetType() && value is not (ListValue or MapValue) && run.Equality.Equals(value, other)),
    };

    private static readonly Dictionary<string, Func<string, bool>> OfShown = new()
    {
        ["lower"] = text => TextMethods.IsCased(text, char.IsLower, char.IsUpper),
        ["upper"] = text => TextMethods.IsCased(text, char.IsUpper, char.IsLower),
    };

    /// <summary>Whether a test holds.</summary>
    /// <exception cref="JinjaException">There is no such test, or it cannot be made.</exception>
    public static bool Holds(string name, JinjaValue value, CallArguments given)
    {
        var what = $"the test {name}";
        if (OfOne.TryGetValue(name, out var one))
        {
            _ = BoundArguments.Of(given, what, []);
            return one(value);
        }

        if (OfShown.TryGetValue(name, out var shown))
        {
            return shown(Display.Of(value, given.Run).Text);
        }

        return OfTwo.TryGetValue(name, out var two)
            ? two(value, BoundArguments.Of(given, what, ["other"]).Required(0), given.Run)
            : throw new JinjaException($"the test {MessageText.Quote(name)} is not made here; tests are "
                + string.Join(", ", OfOne.Keys.Concat(OfShown.Keys).Concat(OfTwo.Keys).Order(StringComparer.Ordinal)));
    }

    private static Func<JinjaValue, JinjaValue, TemplateRun, bool> Comparison(string sign) =>
        (value, other, run) => Operators.Compare(sign, value, other, run);

    private static long? Rest(JinjaValue value, JinjaValue by) => Numbers.Whole(value) is { } number && Numbers.Whole(by) is { } divisor
        ? divisor is 0 or -1 ? (divisor == 0 ? null : 0) : ((number % divisor) + divisor) % divisor
        : throw new JinjaException($"{value.Kind} is divided by {by.Kind}");
}
