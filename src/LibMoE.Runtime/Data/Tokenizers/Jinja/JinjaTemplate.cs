namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>
/// A template in the part of Jinja that chat templates use, run as transformers runs them (jinja2 with <c>trim_blocks</c>,
/// <c>lstrip_blocks</c>, loop controls and <c>generation</c> blocks; nothing that is passed in can be changed).
/// </summary>
/// <remarks>Blocks: if, for, set, with, macro, filter, raw, generation, break, continue. What else Jinja has is refused by name, and where
/// it stands. A run is limited in steps, depth and characters (<see cref="RunMeter"/>).</remarks>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _statements;

    private JinjaTemplate(IReadOnlyList<Statement> statements) => _statements = statements;

    /// <summary>Reads a template.</summary>
    /// <exception cref="JinjaException">It is none, or has a block that is not run here.</exception>
    public static JinjaTemplate Parse(string template) => new(TemplateParser.Read(template));

    /// <summary>Renders it.</summary>
    /// <param name="values">Makes the values that it may use.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="JinjaException">It cannot be run, takes too long, or refuses what it is given.</exception>
    public TextValue Render(Func<TemplateRun, IEnumerable<(string Name, JinjaValue Value)>> values, TimeProvider clock)
    {
        var run = new TemplateRun(clock);
        var scope = new Scope(Globals.Scope());
        foreach (var (name, value) in values(run))
        {
            scope.Set(name, value);
        }

        return new StatementRunner(run).Rendered(_statements, scope);
    }
}
