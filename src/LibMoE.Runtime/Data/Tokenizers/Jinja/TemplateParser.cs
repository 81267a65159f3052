using LibMoE.Runtime.Common;
using static LibMoE.Runtime.Data.Tokenizers.Jinja.JinjaTokenKind;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Reads a template: text, values and blocks. Knowing a block is one row of <see cref="_blocks"/>.</summary>
internal sealed class TemplateParser
{
    private readonly JinjaTokens _tokens;
    private readonly ExpressionParser _expressions;
    private readonly Dictionary<string, Func<int, Statement>> _blocks;
    private int _loops;

    private TemplateParser(IReadOnlyList<JinjaToken> tokens)
    {
        _tokens = new JinjaTokens(tokens);
        _expressions = new ExpressionParser(_tokens);
        _blocks = new()
        {
            ["if"] = If,
            ["for"] = For,
            ["set"] = Set,
            ["with"] = With,
            ["macro"] = Macro,
            ["filter"] = Filter,
            ["generation"] = line => new GenerationStatement(line, WithoutLoops("endgeneration")),
            ["break"] = line => Leave(line, ends: true),
            ["continue"] = line => Leave(line, ends: false),
        };
    }

    /// <summary>What a template does.</summary>
    /// <exception cref="JinjaException">It is no template, or has a block that is not run here.</exception>
    public static IReadOnlyList<Statement> Read(string template)
    {
        var parser = new TemplateParser(JinjaLexer.Read(template));
        var statements = parser.Body();
        return parser._tokens.Current.Kind == JinjaTokenKind.End
            ? statements
            : throw new JinjaException(
                $"the block {MessageText.Quote(parser._tokens.Current.Text)} ends or continues none", parser._tokens.Current.Line);
    }

    /// <summary>Statements up to a block that ends them, whose name is next then.</summary>
    private List<Statement> Body(params string[] ends)
    {
        var statements = new List<Statement>();
        while (_tokens.Current.Kind != JinjaTokenKind.End)
        {
            var token = _tokens.Take();
            if (token.Kind == Text)
            {
                statements.Add(new TextStatement(token.Line, new TextValue(token.Text)));
                continue;
            }

            if (token.Kind == ValueBegin)
            {
                statements.Add(new OutputStatement(token.Line, _expressions.TupleOrOne()));
                _tokens.Expect(ValueEnd, "}}");
                continue;
            }

            if (ends.Contains(_tokens.Current.Text) || _tokens.Current.Text.StartsWith("end", StringComparison.Ordinal)
                || _tokens.Current.Text is "else" or "elif")
            {
                break;
            }

            statements.Add(_tokens.Nested(() => Statement(token.Line)));
        }

        return statements;
    }

    private Statement Statement(int line)
    {
        var name = _tokens.Expect(Name, "the name of a block").Text;
        return _blocks.TryGetValue(name, out var read)
            ? read(line)
            : throw new JinjaException(
                $"the block {MessageText.Quote(name)} is not run here; blocks are {string.Join(", ", _blocks.Keys.Append("raw"))}", line);
    }

    /// <summary>The rest of a block's mark, what stands in it, and the mark that ends it.</summary>
    private List<Statement> Block(params string[] ends)
    {
        var body = BodyOf(ends);
        End(ends);
        return body;
    }

    private List<Statement> BodyOf(params string[] ends)
    {
        _tokens.Expect(BlockEnd, "%}");
        return Body(ends);
    }

    private void End(params string[] ends)
    {
        if (_tokens.Current.Kind != Name || !ends.Contains(_tokens.Current.Text))
        {
            throw _tokens.Unexpected($"{{% {string.Join(" %} or {% ", ends)} %}}");
        }

        _tokens.Take();
        _tokens.Expect(BlockEnd, "%}");
    }

    private IfStatement If(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        do
        {
            branches.Add((_expressions.WithoutChoice(), BodyOf("elif", "else", "endif")));
        }
        while (_tokens.TakesName("elif"));
        var otherwise = _tokens.TakesName("else") ? BodyOf("endif") : [];
        End("endif");
        return new IfStatement(line, branches, otherwise);
    }

    private ForStatement For(int line)
    {
        var target = Target();
        if (!_tokens.TakesName("in"))
        {
            throw _tokens.Unexpected("'in'");
        }

        var items = _expressions.WithoutChoice();
        var condition = _tokens.TakesName("if") ? _expressions.Whole() : null;
        if (_tokens.Current.IsName("recursive"))
        {
            throw new JinjaException("a loop that calls itself (recursive) is not run here", line);
        }

        _loops++;
        var body = BodyOf("else", "endfor");
        _loops--;
        var otherwise = _tokens.TakesName("else") ? BodyOf("endfor") : [];
        End("endfor");
        return new ForStatement(line, target, items, condition, body, otherwise);
    }

    private SetStatement Set(int line)
    {
        var target = Target();
        if (_tokens.TakesSign("="))
        {
            var value = _expressions.TupleOrOne();
            _tokens.Expect(BlockEnd, "%}");
            return new SetStatement(line, target, value);
        }

        var rendered = new RenderedExpression(line);
        var made = new PrimaryParser(_tokens, _expressions).Filtered(rendered);
        rendered.Body = WithoutLoops("endset");
        return new SetStatement(line, target, made);
    }

    private OutputStatement Filter(int line)
    {
        var rendered = new RenderedExpression(line);
        var made = new PrimaryParser(_tokens, _expressions).FilteredBy(rendered);
        rendered.Body = WithoutLoops("endfilter");
        return new OutputStatement(line, made);
    }

    private WithStatement With(int line)
    {
        var values = new List<(AssignmentTarget, Expression)>();
        while (_tokens.Current.Kind != BlockEnd)
        {
            if (values.Count > 0)
            {
                _tokens.ExpectSign(",");
            }

            var target = Target();
            _tokens.ExpectSign("=");
            values.Add((target, _expressions.Whole()));
        }

        return new WithStatement(line, values, Block("endwith"));
    }

    private MacroStatement Macro(int line)
    {
        var name = _tokens.Expect(Name, "the macro's name").Text;
        _tokens.ExpectSign("(");
        var parameters = _tokens.Until(")", () =>
        {
            var parameter = _tokens.Expect(Name, "the name of a parameter").Text;
            return (parameter, _tokens.TakesSign("=") ? _expressions.Whole() : null);
        });
        return new MacroStatement(line, name, parameters, WithoutLoops("endmacro"));
    }

    /// <summary>A block that a loop around it is not left from.</summary>
    private List<Statement> WithoutLoops(string end)
    {
        var loops = _loops;
        _loops = 0;
        var body = Block(end);
        _loops = loops;
        return body;
    }

    private LeaveStatement Leave(int line, bool ends)
    {
        _tokens.Expect(BlockEnd, "%}");
        return _loops > 0
            ? new LeaveStatement(line, ends)
            : throw new JinjaException($"{(ends ? "break" : "continue")} stands in no loop", line);
    }

    /// <summary>A name, a member of a namespace, or names with commas between.</summary>
    private AssignmentTarget Target()
    {
        var inBrackets = _tokens.TakesSign("(");
        var names = new List<string> { _tokens.Expect(Name, "a name").Text };
        if (!inBrackets && _tokens.TakesSign("."))
        {
            return new AssignmentTarget(names, _tokens.Expect(Name, "a name").Text, Unpacks: false);
        }

        var unpacks = false;
        while (_tokens.TakesSign(","))
        {
            unpacks = true;
            if (_tokens.Current.Kind != Name || _tokens.Current.Text == "in")
            {
                break;
            }

            names.Add(_tokens.Take().Text);
        }

        if (inBrackets)
        {
            _tokens.ExpectSign(")");
        }

        return new AssignmentTarget(names, null, unpacks);
    }
}
