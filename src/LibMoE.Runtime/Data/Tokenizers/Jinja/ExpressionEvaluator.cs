namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Finds the values of expressions.</summary>
/// <param name="run">The run.</param>
/// <param name="render">Renders a block.</param>
internal sealed class ExpressionEvaluator(TemplateRun run, Func<IReadOnlyList<Statement>, Scope, TextValue> render)
{
    /// <summary>The value of an expression.</summary>
    /// <exception cref="JinjaException">It has none.</exception>
    public JinjaValue Of(Expression expression, Scope scope)
    {
        run.Meter.Enter();
        try
        {
            var value = Value(expression, scope);
            if (value is TextValue text && expression is not (LiteralExpression or NameExpression or MemberExpression or ItemExpression))
            {
                run.Counted(text);
            }

            run.Meter.Leave();
            return value;
        }
        catch (JinjaException fault) when (fault.Line == 0)
        {
            throw fault.At(expression.Line);
        }
    }

    /// <summary>The values of a call.</summary>
    public CallArguments Of(CallExpressions arguments, Scope scope) => new(
        run,
        [.. arguments.Positions.Select(value => Of(value, scope))],
        [.. arguments.Names.Select(entry => (entry.Name, Of(entry.Value, scope)))]);

    private JinjaValue Value(Expression expression, Scope scope) => expression switch
    {
        LiteralExpression literal => literal.Value,
        NameExpression name => scope.Find(name.Name),
        ListExpression list => run.List([.. list.Items.Select(item => Of(item, scope))], list.Kind),
        MapExpression map => Map(map, scope),
        MemberExpression member => Members.Member(Of(member.Of, scope), member.Name),
        ItemExpression item => Members.Item(Of(item.Of, scope), Of(item.Key, scope)),
        SliceExpression slice => Slices.Of(
            Of(slice.Of, scope), Maybe(slice.Start, scope), Maybe(slice.Stop, scope), Maybe(slice.Step, scope), run),
        CallExpression call => Call(call, scope),
        FilterExpression filter => Filters.Apply(filter.Name, Seen(Of(filter.Of, scope)), Of(filter.Arguments, scope)),
        TestExpression test => JinjaValue.Of(
            Tests.Holds(test.Name, Seen(Of(test.Of, scope)), Of(test.Arguments, scope)) != test.Negates),
        NotExpression not => JinjaValue.Of(!Of(not.Of, scope).IsTrue),
        SignExpression sign => Operators.Signed(Of(sign.Of, scope), sign.Negates),
        LogicExpression logic => Of(logic.Left, scope) is var left && left.IsTrue == logic.IsAnd ? Of(logic.Right, scope) : left,
        ArithmeticExpression sum => Operators.Apply(sum.Sign, Of(sum.Left, scope), Of(sum.Right, scope), run),
        JoinExpression join => run.Joined([.. join.Parts.Select(part => Display.Of(Of(part, scope), run))]),
        CompareExpression compare => JinjaValue.Of(Compare(compare, scope)),
        ChoiceExpression choice => Of(choice.Condition, scope).IsTrue ? Of(choice.Then, scope)
            : choice.Otherwise is { } otherwise ? Of(otherwise, scope)
            : new UndefinedValue("a choice without else"),
        RenderedExpression rendered => render(rendered.Body, new Scope(scope)),
        _ => throw new JinjaException($"{expression.GetType().Name} is not run here"),
    };

    private JinjaValue? Maybe(Expression? expression, Scope scope) => expression is null ? null : Of(expression, scope);

    private MapValue Map(MapExpression map, Scope scope)
    {
        var value = new MapValue(run.Equality);
        foreach (var (key, entry) in map.Entries)
        {
            run.Meter.Spend(1);
            value.Put(Of(key, scope), Of(entry, scope));
        }

        return value;
    }

    private JinjaValue Call(CallExpression call, Scope scope)
    {
        var called = Of(call.Of, scope);
        return called switch
        {
            FunctionValue function => function.Call(Of(call.Arguments, scope)),
            UndefinedValue undefined => throw undefined.Fault(),
            LoopValue => throw new JinjaException("a loop that calls itself is not run here"),
            _ => throw new JinjaException($"{called.Kind} cannot be called"),
        };
    }

    private bool Compare(CompareExpression compare, Scope scope)
    {
        var left = Of(compare.First, scope);
        foreach (var (sign, expression) in compare.Rest)
        {
            var right = Of(expression, scope);
            if (!Operators.Compare(sign, left, right, run))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    /// <summary>A value that a filter or a test looks at.</summary>
    private JinjaValue Seen(JinjaValue value)
    {
        run.Meter.Look((value as TextValue)?.Text.Length ?? 0);
        return value;
    }
}
