using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What a call brings.</summary>
/// <param name="Run">The run that it is made in.</param>
/// <param name="Positions">The values by place.</param>
/// <param name="Names">The values by name.</param>
internal sealed record CallArguments(
    TemplateRun Run, IReadOnlyList<JinjaValue> Positions, IReadOnlyList<(string Name, JinjaValue Value)> Names);

/// <summary>The arguments of a function, filter, test or method, in the order of its parameters.</summary>
internal sealed class BoundArguments
{
    private readonly string _what;
    private readonly IReadOnlyList<string> _parameters;
    private readonly JinjaValue?[] _values;

    private BoundArguments(CallArguments given, string what, IReadOnlyList<string> parameters) =>
        (Given, _what, _parameters, _values) = (given, what, parameters, new JinjaValue?[parameters.Count]);

    /// <summary>What the call brings.</summary>
    public CallArguments Given { get; }

    /// <summary>The run that it is made in.</summary>
    public TemplateRun Run => Given.Run;

    /// <summary>A value; null where it was not given.</summary>
    public JinjaValue? this[int parameter] => _values[parameter];

    /// <summary>What a call brings, as it is.</summary>
    public static BoundArguments Unbound(CallArguments given, string what) => new(given, what, []);

    /// <summary>Gives each value to its parameter.</summary>
    /// <param name="given">What the call brings.</param>
    /// <param name="what">What is called, for messages.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <exception cref="JinjaException">There are too many, or one has no parameter.</exception>
    public static BoundArguments Of(CallArguments given, string what, IReadOnlyList<string> parameters)
    {
        var bound = new BoundArguments(given, what, parameters);
        if (given.Positions.Count > parameters.Count)
        {
            throw new JinjaException($"{what} takes at most {parameters.Count} arguments, and gets {given.Positions.Count}");
        }

        for (var at = 0; at < given.Positions.Count; at++)
        {
            bound._values[at] = given.Positions[at];
        }

        foreach (var (name, value) in given.Names)
        {
            var at = parameters.ToList().IndexOf(name);
            bound._values[at >= 0 && bound._values[at] is null ? at : throw bound.Wrong(name)] = value;
        }

        return bound;
    }

    /// <summary>A value that must be given.</summary>
    /// <exception cref="JinjaException">It is not.</exception>
    public JinjaValue Required(int parameter) =>
        _values[parameter] ?? throw new JinjaException($"{_what} needs the argument '{_parameters[parameter]}'");

    /// <summary>A text; null where it is not given, or none.</summary>
    /// <exception cref="JinjaException">It is something else.</exception>
    public TextValue? Text(int parameter) => Typed<TextValue>(parameter, "a text");

    /// <summary>A whole number; null where it is not given, or none.</summary>
    /// <exception cref="JinjaException">It is something else.</exception>
    public long? Whole(int parameter) => _values[parameter] is BoolValue truth ? Numbers.Whole(truth)
        : Typed<WholeValue>(parameter, "a whole number")?.Number;

    /// <summary>Whether a switch is on.</summary>
    public bool Flag(int parameter, bool usual = false) => _values[parameter]?.IsTrue ?? usual;

    private T? Typed<T>(int parameter, string wanted)
        where T : JinjaValue => _values[parameter] switch
        {
            null or NoneValue => null,
            T value => value,
            UndefinedValue undefined => throw undefined.Fault(),
            var other => throw new JinjaException(
                $"the argument '{_parameters[parameter]}' of {_what} is {other.Kind}; it must be {wanted}"),
        };

    private JinjaException Wrong(string name) => new($"{_what} has no argument {MessageText.Quote(name)} to take"
        + (_parameters.Count > 0 ? $"; it has {string.Join(", ", _parameters)}" : ""));
}
