namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What gives a value.</summary>
/// <param name="Line">Where it stands.</param>
internal abstract record Expression(int Line);

/// <summary>A text, a number, true, false or none.</summary>
internal sealed record LiteralExpression(int Line, JinjaValue Value) : Expression(Line);

/// <summary>A name.</summary>
internal sealed record NameExpression(int Line, string Name) : Expression(Line);

/// <summary>A list or a tuple.</summary>
internal sealed record ListExpression(int Line, IReadOnlyList<Expression> Items, ListKind Kind) : Expression(Line);

/// <summary>A dictionary.</summary>
internal sealed record MapExpression(int Line, IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression(Line);

/// <summary><c>a.b</c>.</summary>
internal sealed record MemberExpression(int Line, Expression Of, string Name) : Expression(Line);

/// <summary><c>a[b]</c>.</summary>
internal sealed record ItemExpression(int Line, Expression Of, Expression Key) : Expression(Line);

/// <summary><c>a[b:c:d]</c>.</summary>
internal sealed record SliceExpression(int Line, Expression Of, Expression? Start, Expression? Stop, Expression? Step) : Expression(Line);

/// <summary>What stands in the brackets of a call.</summary>
/// <param name="Positions">The values by place.</param>
/// <param name="Names">The values by name.</param>
internal sealed record CallExpressions(IReadOnlyList<Expression> Positions, IReadOnlyList<(string Name, Expression Value)> Names)
{
    /// <summary>Nothing.</summary>
    public static CallExpressions None { get; } = new([], []);
}

/// <summary><c>a(b, c=d)</c>.</summary>
internal sealed record CallExpression(int Line, Expression Of, CallExpressions Arguments) : Expression(Line);

/// <summary><c>a | b(c)</c>.</summary>
internal sealed record FilterExpression(int Line, Expression Of, string Name, CallExpressions Arguments) : Expression(Line);

/// <summary><c>a is b(c)</c>.</summary>
internal sealed record TestExpression(int Line, Expression Of, string Name, CallExpressions Arguments, bool Negates) : Expression(Line);

/// <summary><c>not a</c>.</summary>
internal sealed record NotExpression(int Line, Expression Of) : Expression(Line);

/// <summary><c>-a</c> or <c>+a</c>.</summary>
internal sealed record SignExpression(int Line, Expression Of, bool Negates) : Expression(Line);

/// <summary><c>a and b</c>, <c>a or b</c>: the value that decides.</summary>
internal sealed record LogicExpression(int Line, Expression Left, Expression Right, bool IsAnd) : Expression(Line);

/// <summary><c>a + b</c> and the like.</summary>
internal sealed record ArithmeticExpression(int Line, Expression Left, Expression Right, string Sign) : Expression(Line);

/// <summary><c>a ~ b</c>.</summary>
internal sealed record JoinExpression(int Line, IReadOnlyList<Expression> Parts) : Expression(Line);

/// <summary><c>a &lt; b &lt; c</c>, <c>a in b</c>.</summary>
internal sealed record CompareExpression(int Line, Expression First, IReadOnlyList<(string Sign, Expression Value)> Rest)
    : Expression(Line);

/// <summary><c>a if b else c</c>.</summary>
internal sealed record ChoiceExpression(int Line, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Line);

/// <summary>What a block renders, as a value.</summary>
internal sealed record RenderedExpression(int Line) : Expression(Line)
{
    /// <summary>The block, once it is read.</summary>
    public IReadOnlyList<Statement> Body { get; set; } = [];
}
