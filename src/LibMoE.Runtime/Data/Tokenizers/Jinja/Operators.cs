namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What signs between values do.</summary>
internal static class Operators
{
    /// <summary>A sign between numbers: of whole numbers, which must not overflow, and of numbers of floating point.</summary>
    private static readonly Dictionary<string, (Func<long, long, JinjaValue> Whole, Func<double, double, double> Real)> Arithmetics = new()
    {
        ["+"] = ((a, b) => new WholeValue(checked(a + b)), (a, b) => a + b),
        ["-"] = ((a, b) => new WholeValue(checked(a - b)), (a, b) => a - b),
        ["*"] = ((a, b) => new WholeValue(checked(a * b)), (a, b) => a * b),
        ["/"] = ((a, b) => new RealValue((double)a / b), (a, b) => a / b),
        ["//"] = ((a, b) => new WholeValue(checked(a - Modulo(a, b)) / b), (a, b) => Math.Floor(a / b)),
        ["%"] = ((a, b) => new WholeValue(Modulo(a, b)), (a, b) => a - (b * Math.Floor(a / b))),
        ["**"] = (Power, Math.Pow),
    };

    /// <summary>A sign between two values.</summary>
    /// <exception cref="JinjaException">It has no meaning between them.</exception>
    public static JinjaValue Apply(string sign, JinjaValue left, JinjaValue right, TemplateRun run)
    {
        RequireDefined(left, right);
        if (Numbers.Is(left) && Numbers.Is(right))
        {
            return Number(sign, left, right);
        }

        return (sign, left, right) switch
        {
            ("+", TextValue a, TextValue b) => run.Joined([a, b]),
            ("+", ListValue { HasPlaces: true } a, ListValue { HasPlaces: true } b) when a.ListKind == b.ListKind && IsMade(a) =>
                run.List([.. a.Items, .. b.Items], a.ListKind),
            ("*", TextValue or ListValue, WholeValue or BoolValue) => Repeated(left, Numbers.Whole(right)!.Value, run),
            ("*", WholeValue or BoolValue, TextValue or ListValue) => Repeated(right, Numbers.Whole(left)!.Value, run),
            ("%", TextValue, _) => throw new JinjaException("values are not put into a text by % here; join them with ~"),
            _ => throw new JinjaException($"'{sign}' has no meaning between {left.Kind} and {right.Kind}"),
        };
    }

    /// <summary>A comparison.</summary>
    /// <exception cref="JinjaException">It has no meaning between them.</exception>
    public static bool Compare(string sign, JinjaValue left, JinjaValue right, TemplateRun run) => sign switch
    {
        "==" => run.Equality.Equals(left, right),
        "!=" => !run.Equality.Equals(left, right),
        "in" => IsIn(left, right, run),
        "not in" => !IsIn(left, right, run),
        _ => Order(left, right, run, 0) is { } order && sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        },
    };

    /// <summary>Which of two values is first; null where a number is none.</summary>
    /// <exception cref="JinjaException">They have no order.</exception>
    public static int? Order(JinjaValue left, JinjaValue right, TemplateRun run, int depth = 0)
    {
        RequireDefined(left, right);
        run.Meter.Nested(depth);
        if (Numbers.Is(left) && Numbers.Is(right))
        {
            return Numbers.Compare(left, right);
        }

        if (left is TextValue a && right is TextValue b)
        {
            run.Meter.Look(Math.Min(a.Text.Length, b.Text.Length));
            return PythonText.Compare(a.Text, b.Text);
        }

        if (left is ListValue { HasPlaces: true } x && right is ListValue { HasPlaces: true } y && x.ListKind == y.ListKind && IsMade(x))
        {
            var differ = x.Items.Zip(y.Items).FirstOrDefault(pair => !run.Equality.Equals(pair.First, pair.Second));
            return differ.First is null ? x.Items.Count.CompareTo(y.Items.Count) : Order(differ.First, differ.Second, run, depth + 1);
        }

        throw new JinjaException($"{left.Kind} and {right.Kind} have no order");
    }

    /// <summary>A number with its sign.</summary>
    /// <exception cref="JinjaException">It is none.</exception>
    public static JinjaValue Signed(JinjaValue value, bool negates)
    {
        RequireDefined(value, value);
        return (Numbers.Whole(value), value) switch
        {
            ({ } whole, _) => new WholeValue(negates ? checked(-whole) : whole),
            (_, RealValue real) => new RealValue(negates ? -real.Number : real.Number),
            _ => throw new JinjaException($"{value.Kind} has no sign"),
        };
    }

    /// <summary>Whether a value is in a list, a text in a text, or a key in a dictionary.</summary>
    /// <exception cref="JinjaException">Nothing can be in it.</exception>
    public static bool IsIn(JinjaValue part, JinjaValue whole, TemplateRun run)
    {
        switch (whole)
        {
            case TextValue text:
                run.Meter.Look(text.Text.Length);
                return part switch
                {
                    TextValue sought => text.Text.Contains(sought.Text, StringComparison.Ordinal),
                    UndefinedValue undefined => throw undefined.Fault(),
                    _ => throw new JinjaException($"{part.Kind} cannot be in a text"),
                };
            case MapValue map:
                return map.Entries.ContainsKey(part);
            case ListValue list:
                return list.Take().Any(item => run.Equality.Equals(item, part));
            case UndefinedValue:
                return false;
            default:
                throw new JinjaException($"nothing can be in {whole.Kind}");
        }
    }

    private static bool IsMade(ListValue list) => list.ListKind is ListKind.List or ListKind.Tuple;

    private static void RequireDefined(JinjaValue left, JinjaValue right)
    {
        if ((left as UndefinedValue ?? right as UndefinedValue) is { } undefined)
        {
            throw undefined.Fault();
        }
    }

    private static JinjaValue Number(string sign, JinjaValue left, JinjaValue right)
    {
        var (whole, real) = Arithmetics[sign];
        if (sign is "/" or "//" or "%" && Numbers.Double(right) == 0)
        {
            throw new JinjaException("a number is divided by 0");
        }

        try
        {
            return Numbers.Whole(left) is { } a && Numbers.Whole(right) is { } b
                ? whole(a, b)
                : new RealValue(real(Numbers.Double(left), Numbers.Double(right)));
        }
        catch (OverflowException)
        {
            throw new JinjaException("a whole number has more than 64 bits");
        }
    }

    /// <summary>The rest of a division, with the sign of what divides.</summary>
    private static long Modulo(long a, long b) => b == -1 ? 0 : ((a % b) + b) % b;

    private static JinjaValue Power(long number, long exponent)
    {
        if (exponent < 0)
        {
            return new RealValue(Math.Pow(number, exponent));
        }

        var power = 1L;
        for (var (square, rest) = (number, exponent); rest > 0; rest >>= 1)
        {
            power = (rest & 1) == 1 ? checked(power * square) : power;
            square = rest > 1 ? checked(square * square) : square;
        }

        return new WholeValue(power);
    }

    private static JinjaValue Repeated(JinjaValue value, long times, TemplateRun run)
    {
        times = Math.Max(0, times);
        if (value is TextValue text)
        {
            RequireRoom(text.Text.Length);
            RunMeter.RequireRoom(text.Text.Length * times);
            return TextValue.Joined(Enumerable.Repeat(text, (int)times));
        }

        var list = (ListValue)value;
        RequireRoom(list.Items.Count);
        return IsMade(list)
            ? run.List([.. Enumerable.Repeat(list.Items, (int)times).SelectMany(items => items)], list.ListKind)
            : throw new JinjaException($"'*' has no meaning between {value.Kind} and a whole number");

        void RequireRoom(int length)
        {
            run.Meter.Spend(Math.Min(times, RunMeter.MostCost));
            run.Meter.Spend(length == 0 ? 0 : Math.Min(times, RunMeter.MostCost / length + 1) * length);
        }
    }
}
