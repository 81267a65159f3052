namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What a template does.</summary>
/// <param name="Line">Where it stands.</param>
internal abstract record Statement(int Line);

/// <summary>Text as it stands.</summary>
internal sealed record TextStatement(int Line, TextValue Text) : Statement(Line);

/// <summary><c>{{ value }}</c>.</summary>
internal sealed record OutputStatement(int Line, Expression Value) : Statement(Line);

/// <summary><c>if … elif … else</c>.</summary>
internal sealed record IfStatement(
    int Line, IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Otherwise)
    : Statement(Line);

/// <summary><c>for … in … if … else</c>.</summary>
internal sealed record ForStatement(
    int Line, AssignmentTarget Target, Expression Items, Expression? Condition, IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Otherwise) : Statement(Line);

/// <summary><c>set</c>.</summary>
internal sealed record SetStatement(int Line, AssignmentTarget Target, Expression Value) : Statement(Line);

/// <summary><c>with</c>: values for a block alone.</summary>
internal sealed record WithStatement(
    int Line, IReadOnlyList<(AssignmentTarget Target, Expression Value)> Values, IReadOnlyList<Statement> Body) : Statement(Line);

/// <summary><c>macro</c>.</summary>
internal sealed record MacroStatement(
    int Line, string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body)
    : Statement(Line);

/// <summary>transformers' <c>generation</c>: what the model is to say.</summary>
internal sealed record GenerationStatement(int Line, IReadOnlyList<Statement> Body) : Statement(Line);

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed record LeaveStatement(int Line, bool Ends) : Statement(Line);

/// <summary>What a value is given to.</summary>
/// <param name="Names">The names; the first alone where it is a member of a namespace.</param>
/// <param name="Member">The member of a namespace; null for none.</param>
/// <param name="Unpacks">Whether a value's parts go to the names.</param>
internal sealed record AssignmentTarget(IReadOnlyList<string> Names, string? Member, bool Unpacks);
