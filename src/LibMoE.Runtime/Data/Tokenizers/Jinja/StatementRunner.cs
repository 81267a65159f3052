namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Runs what a template does.</summary>
internal sealed class StatementRunner
{
    private readonly TemplateRun _run;
    private readonly ExpressionEvaluator _values;

    /// <param name="run">The run.</param>
    public StatementRunner(TemplateRun run) => (_run, _values) = (run, new ExpressionEvaluator(run, Rendered));

    /// <summary>How a block ended.</summary>
    private enum Ended
    {
        /// <summary>It was run to its end.</summary>
        Wholly,

        /// <summary>The turn of the loop around it ends.</summary>
        Turn,

        /// <summary>The loop around it ends.</summary>
        Loop,
    }

    /// <summary>What statements render.</summary>
    /// <exception cref="JinjaException">They cannot be run.</exception>
    public TextValue Rendered(IReadOnlyList<Statement> statements, Scope scope)
    {
        var output = new RenderedOutput();
        Run(statements, scope, output);
        return output.Text;
    }

    private Ended Run(IReadOnlyList<Statement> statements, Scope scope, RenderedOutput output)
    {
        _run.Meter.Enter();
        var ended = Ended.Wholly;
        foreach (var statement in statements)
        {
            try
            {
                ended = Run(statement, scope, output);
            }
            catch (JinjaException fault) when (fault.Line == 0)
            {
                throw fault.At(statement.Line);
            }

            if (ended != Ended.Wholly)
            {
                break;
            }
        }

        _run.Meter.Leave();
        return ended;
    }

    private Ended Run(Statement statement, Scope scope, RenderedOutput output)
    {
        _run.Meter.Spend(1);
        switch (statement)
        {
            case TextStatement text:
                output.Add(text.Text);
                return Ended.Wholly;
            case OutputStatement shown:
                output.Add(Display.Of(_values.Of(shown.Value, scope), _run));
                return Ended.Wholly;
            case SetStatement set:
                Assign(set.Target, _values.Of(set.Value, scope), scope);
                return Ended.Wholly;
            case IfStatement choice:
                var branch = choice.Branches.FirstOrDefault(branch => _values.Of(branch.Condition, scope).IsTrue);
                return Run(branch.Body ?? choice.Otherwise, scope, output);
            case ForStatement loop:
                return Run(loop, scope, output);
            case LeaveStatement leave:
                return leave.Ends ? Ended.Loop : Ended.Turn;
            case MacroStatement macro:
                scope.Set(macro.Name, new FunctionValue(macro.Name, given => Call(macro, given, scope)));
                return Ended.Wholly;
            case GenerationStatement generation:
                output.Add(Rendered(generation.Body, new Scope(scope)).With(TextOrigin.Answer));
                return Ended.Wholly;
            case WithStatement with:
                var inner = new Scope(scope);
                with.Values.ToList().ForEach(entry => Assign(entry.Target, _values.Of(entry.Value, scope), inner));
                return Run(with.Body, inner, output);
            default:
                throw new JinjaException($"{statement.GetType().Name} is not run here");
        }
    }

    private Ended Run(ForStatement loop, Scope scope, RenderedOutput output)
    {
        var items = _run.Items(_values.Of(loop.Items, scope));
        if (loop.Condition is { } condition)
        {
            items = [.. items.Where(item => _values.Of(condition, Turn(loop, item, scope)).IsTrue)];
        }

        var (ended, isRun) = (Ended.Wholly, false);
        for (var index = 0; index < items.Count && ended != Ended.Loop; index++)
        {
            var turn = Turn(loop, items[index], scope);
            turn.Set("loop", new LoopValue(items, index));
            ended = Run(loop.Body, turn, output);
            isRun |= ended == Ended.Wholly;
        }

        // As in jinja2: also where every turn was left before its end.
        return isRun ? Ended.Wholly : Run(loop.Otherwise, scope, output);
    }

    private Scope Turn(ForStatement loop, JinjaValue item, Scope scope)
    {
        _run.Meter.Spend(1);
        var turn = new Scope(scope);
        Assign(loop.Target, item, turn);
        return turn;
    }

    private void Assign(AssignmentTarget target, JinjaValue value, Scope scope)
    {
        if (target.Member is { } member)
        {
            var space = scope.Find(target.Names[0]) as NamespaceValue
                ?? throw new JinjaException($"'{target.Names[0]}' is no namespace, and members of nothing else are set");
            space.Members[member] = value;
            return;
        }

        if (!target.Unpacks)
        {
            scope.Set(target.Names[0], value);
            return;
        }

        var parts = _run.Items(value is UndefinedValue undefined ? throw undefined.Fault() : value);
        if (parts.Count != target.Names.Count)
        {
            throw new JinjaException($"{parts.Count} values are given to {target.Names.Count} names");
        }

        foreach (var (name, part) in target.Names.Zip(parts))
        {
            scope.Set(name, part);
        }
    }

    private TextValue Call(MacroStatement macro, CallArguments given, Scope around)
    {
        var bound = BoundArguments.Of(given, $"the macro {macro.Name}", [.. macro.Parameters.Select(parameter => parameter.Name)]);
        var scope = new Scope(around);
        foreach (var (index, (name, usual)) in macro.Parameters.Index())
        {
            scope.Set(name, bound[index] ?? (usual is not null
                ? _values.Of(usual, scope)
                : new UndefinedValue($"the parameter '{name}' of the macro {macro.Name}")));
        }

        return Rendered(macro.Body, scope);
    }
}
