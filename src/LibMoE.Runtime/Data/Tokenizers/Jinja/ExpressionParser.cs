using static LibMoE.Runtime.Data.Tokenizers.Jinja.JinjaTokenKind;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Reads expressions, weakest binding first: choice, or, and, not, comparison, sum, joining, product, power, sign, then what is
/// appended to a value.</summary>
/// <param name="tokens">The tokens.</param>
internal sealed class ExpressionParser(JinjaTokens tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private PrimaryParser Primary => field ??= new PrimaryParser(tokens, this);

    /// <summary>An expression.</summary>
    public Expression Whole() => tokens.Nested(Choice);

    /// <summary>An expression, or several with commas between, which are a tuple.</summary>
    public Expression TupleOrOne() => Listed(Whole);

    /// <summary>The same without a choice (<c>a if b</c>), as <c>for</c> and <c>if</c> have it.</summary>
    public Expression WithoutChoice() => Listed(() => tokens.Nested(Or));

    /// <summary>A value with its members, calls, filters and tests.</summary>
    public Expression Signed(bool withFilters = true)
    {
        var line = tokens.Current.Line;
        if (tokens.Current.IsSign("-") || tokens.Current.IsSign("+"))
        {
            var negates = tokens.Take().Text == "-";
            var signed = new SignExpression(line, tokens.Nested(() => Signed(withFilters: false)), negates);
            return withFilters ? Primary.Filtered(signed) : signed;
        }

        var value = Primary.Appended(Primary.Read());
        return withFilters ? Primary.Filtered(value) : value;
    }

    private Expression Listed(Func<Expression> one)
    {
        var line = tokens.Current.Line;
        var first = one();
        if (!tokens.Current.IsSign(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (tokens.TakesSign(",") && tokens.Current.Kind is not (ValueEnd or BlockEnd) && !tokens.Current.IsSign(")"))
        {
            items.Add(one());
        }

        return new ListExpression(line, items, ListKind.Tuple);
    }

    private Expression Choice()
    {
        var then = Or();
        while (tokens.Current.IsName("if"))
        {
            var line = tokens.Take().Line;
            var condition = Or();
            then = new ChoiceExpression(line, condition, then, tokens.TakesName("else") ? tokens.Nested(Choice) : null);
        }

        return then;
    }

    private Expression Or()
    {
        var left = And();
        while (tokens.Current.IsName("or"))
        {
            left = new LogicExpression(tokens.Take().Line, left, And(), IsAnd: false);
        }

        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (tokens.Current.IsName("and"))
        {
            left = new LogicExpression(tokens.Take().Line, left, Not(), IsAnd: true);
        }

        return left;
    }

    private Expression Not() => tokens.Current.IsName("not")
        ? new NotExpression(tokens.Take().Line, tokens.Nested(Not))
        : Comparison();

    private Expression Comparison()
    {
        var line = tokens.Current.Line;
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (ComparisonSign() is { } sign)
        {
            rest.Add((sign, Sum()));
        }

        return rest.Count == 0 ? first : new CompareExpression(line, first, rest);
    }

    private string? ComparisonSign()
    {
        if (tokens.Current.Kind == Sign && Comparisons.Contains(tokens.Current.Text))
        {
            return tokens.Take().Text;
        }

        if (tokens.TakesName("in"))
        {
            return "in";
        }

        if (tokens.Current.IsName("not") && tokens.Following.IsName("in"))
        {
            tokens.Take();
            tokens.Take();
            return "not in";
        }

        return null;
    }

    private Expression Sum() => Arithmetic(Joining, "+", "-");

    private Expression Joining()
    {
        var line = tokens.Current.Line;
        var parts = new List<Expression> { Product() };
        while (tokens.TakesSign("~"))
        {
            parts.Add(Product());
        }

        return parts.Count == 1 ? parts[0] : new JoinExpression(line, parts);
    }

    private Expression Product() => Arithmetic(Power, "*", "/", "//", "%");

    private Expression Power() => Arithmetic(() => Signed(), "**");

    private Expression Arithmetic(Func<Expression> part, params string[] signs)
    {
        var left = part();
        while (tokens.Current.Kind == Sign && signs.Contains(tokens.Current.Text))
        {
            var sign = tokens.Take();
            left = new ArithmeticExpression(sign.Line, left, part(), sign.Text);
        }

        return left;
    }
}
