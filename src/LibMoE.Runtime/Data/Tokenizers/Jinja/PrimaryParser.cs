using System.Globalization;
using static LibMoE.Runtime.Data.Tokenizers.Jinja.JinjaTokenKind;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Reads values, and what is appended to them: members, calls, filters, tests.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="expressions">Reads what stands in brackets.</param>
internal sealed class PrimaryParser(JinjaTokens tokens, ExpressionParser expressions)
{
    private static readonly Dictionary<string, JinjaValue> Constants = new()
    {
        ["true"] = BoolValue.True,
        ["True"] = BoolValue.True,
        ["false"] = BoolValue.False,
        ["False"] = BoolValue.False,
        ["none"] = NoneValue.Only,
        ["None"] = NoneValue.Only,
    };

    /// <summary>Words that go on behind a test without being its argument.</summary>
    private static readonly string[] Connectors = ["else", "or", "and", "if", "is", "in", "not"];

    /// <summary>A value.</summary>
    /// <exception cref="JinjaException">There is none.</exception>
    public Expression Read()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case Name:
                tokens.Take();
                return Constants.TryGetValue(token.Text, out var constant)
                    ? new LiteralExpression(token.Line, constant)
                    : new NameExpression(token.Line, token.Text);
            case Quoted:
                return new LiteralExpression(token.Line, new TextValue(Texts()));
            case Whole:
                tokens.Take();
                return new LiteralExpression(token.Line, new WholeValue(Number(token)));
            case Real:
                tokens.Take();
                return new LiteralExpression(token.Line, new RealValue(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case Sign when token.Text is "(" or "[" or "{":
                tokens.Take();
                return token.Text switch
                {
                    "(" => InBrackets(token.Line),
                    "[" => new ListExpression(token.Line, tokens.Until("]", expressions.Whole), ListKind.List),
                    _ => new MapExpression(token.Line, tokens.Until("}", Entry)),
                };
            default:
                throw tokens.Unexpected("a value");
        }
    }

    /// <summary>A value with its members and calls.</summary>
    public Expression Appended(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.TakesSign("."))
            {
                value = Member(value, line);
            }
            else if (tokens.TakesSign("["))
            {
                value = Item(value, line);
            }
            else if (tokens.Current.IsSign("("))
            {
                value = new CallExpression(line, value, Arguments());
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>A value with its filters and tests.</summary>
    public Expression Filtered(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.TakesSign("|"))
            {
                value = new FilterExpression(line, value, DottedName(), MayHaveArguments());
            }
            else if (tokens.TakesName("is"))
            {
                value = Test(value, line);
            }
            else if (tokens.Current.IsSign("("))
            {
                value = new CallExpression(line, value, Arguments());
            }
            else
            {
                return value;
            }
        }
    }

    /// <summary>A value with filters, the first of which stands without its sign.</summary>
    public Expression FilteredBy(Expression value)
    {
        var line = tokens.Current.Line;
        return Filtered(new FilterExpression(line, value, DottedName(), MayHaveArguments()));
    }

    private string Texts()
    {
        var texts = new List<string>();
        while (tokens.Current.Kind == Quoted)
        {
            texts.Add(tokens.Take().Text);
        }

        return string.Concat(texts);
    }

    private static long Number(JinjaToken token) =>
        long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new JinjaException("a whole number has more than 64 bits", token.Line);

    private Expression InBrackets(int line)
    {
        if (tokens.TakesSign(")"))
        {
            return new ListExpression(line, [], ListKind.Tuple);
        }

        var value = expressions.TupleOrOne();
        tokens.ExpectSign(")");
        return value;
    }

    private (Expression Key, Expression Value) Entry()
    {
        var key = expressions.Whole();
        tokens.ExpectSign(":");
        return (key, expressions.Whole());
    }

    private Expression Member(Expression value, int line)
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            Name => new MemberExpression(line, value, token.Text),
            Whole => new ItemExpression(line, value, new LiteralExpression(line, new WholeValue(Number(token)))),
            _ => throw new JinjaException("behind a point there must be a name or a place", token.Line),
        };
    }

    private Expression Item(Expression value, int line)
    {
        var key = tokens.Current.IsSign(":") ? null : expressions.Whole();
        if (tokens.TakesSign("]"))
        {
            return new ItemExpression(line, value, key!);
        }

        if (key is not null && tokens.Current.IsSign(","))
        {
            throw new JinjaException("several keys in one bracket are not read", line);
        }

        tokens.ExpectSign(":");
        var stop = Bound();
        var step = tokens.TakesSign(":") ? Bound() : null;
        tokens.ExpectSign("]");
        return new SliceExpression(line, value, key, stop, step);
    }

    private Expression? Bound() => tokens.Current.IsSign(":") || tokens.Current.IsSign("]") ? null : expressions.Whole();

    private TestExpression Test(Expression value, int line)
    {
        var negates = tokens.TakesName("not");
        var name = DottedName();
        var takesOne = tokens.Current.Kind is Name or Quoted or Whole or Real && !Connectors.Contains(tokens.Current.Text);
        takesOne |= tokens.Current.IsSign("[") || tokens.Current.IsSign("{");
        var arguments = takesOne ? new CallExpressions([Appended(Read())], []) : MayHaveArguments();
        return new TestExpression(line, value, name, arguments, negates);
    }

    private string DottedName()
    {
        var names = new List<string> { tokens.Expect(Name, "a name").Text };
        while (tokens.TakesSign("."))
        {
            names.Add(tokens.Expect(Name, "a name").Text);
        }

        return string.Join('.', names);
    }

    private CallExpressions MayHaveArguments() => tokens.Current.IsSign("(") ? Arguments() : CallExpressions.None;

    private CallExpressions Arguments()
    {
        tokens.ExpectSign("(");
        var (positions, names) = (new List<Expression>(), new List<(string, Expression)>());
        _ = tokens.Until(")", () =>
        {
            var line = tokens.Current.Line;
            if (tokens.Current.IsSign("*") || tokens.Current.IsSign("**"))
            {
                throw new JinjaException("arguments out of a list (*) are not read", line);
            }

            if (tokens.Current.Kind == Name && tokens.Following.IsSign("="))
            {
                var name = tokens.Take().Text;
                tokens.Take();
                names.Add((name, expressions.Whole()));
            }
            else
            {
                positions.Add(names.Count == 0
                    ? expressions.Whole()
                    : throw new JinjaException("an argument without a name stands behind one with a name", line));
            }

            return true;
        });
        return new CallExpressions(positions, names);
    }
}
