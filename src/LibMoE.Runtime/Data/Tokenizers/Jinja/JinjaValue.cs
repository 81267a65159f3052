namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>A value of a template's program, with Python's meaning.</summary>
internal abstract class JinjaValue
{
    /// <summary>Whether a condition takes it as true.</summary>
    public abstract bool IsTrue { get; }

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }

    /// <summary>A truth.</summary>
    public static JinjaValue Of(bool truth) => truth ? BoolValue.True : BoolValue.False;

    /// <summary>A text of the template's.</summary>
    public static JinjaValue Of(string text) => new TextValue(text);
}

/// <summary><c>none</c>.</summary>
internal sealed class NoneValue : JinjaValue
{
    private NoneValue()
    {
    }

    /// <summary>The only one.</summary>
    public static NoneValue Only { get; } = new();

    /// <inheritdoc />
    public override bool IsTrue => false;

    /// <inheritdoc />
    public override string Kind => "none";
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BoolValue : JinjaValue
{
    private BoolValue(bool truth) => IsTrue = truth;

    /// <summary>True.</summary>
    public static BoolValue True { get; } = new(true);

    /// <summary>False.</summary>
    public static BoolValue False { get; } = new(false);

    /// <inheritdoc />
    public override bool IsTrue { get; }

    /// <inheritdoc />
    public override string Kind => "true or false";
}

/// <summary>A whole number of 64 bits.</summary>
internal sealed class WholeValue(long number) : JinjaValue
{
    /// <summary>The number.</summary>
    public long Number => number;

    /// <inheritdoc />
    public override bool IsTrue => number != 0;

    /// <inheritdoc />
    public override string Kind => "a whole number";
}

/// <summary>A number of floating point.</summary>
internal sealed class RealValue(double number) : JinjaValue
{
    /// <summary>The number.</summary>
    public double Number => number;

    /// <inheritdoc />
    public override bool IsTrue => number != 0;

    /// <inheritdoc />
    public override string Kind => "a number";
}

/// <summary>What a name, a member or an argument stands for that is not there: it prints nothing, and nothing can be asked of it.</summary>
/// <param name="what">What is not there, for messages.</param>
internal sealed class UndefinedValue(string what) : JinjaValue
{
    /// <summary>What is not there.</summary>
    public string What => what;

    /// <inheritdoc />
    public override bool IsTrue => false;

    /// <inheritdoc />
    public override string Kind => "undefined";

    /// <summary>The fault of asking something of it.</summary>
    public JinjaException Fault() => new($"{what} is not defined");
}

/// <summary>A place for values that outlives a loop's turn (<c>namespace</c>).</summary>
internal sealed class NamespaceValue(Dictionary<string, JinjaValue> members) : JinjaValue
{
    /// <summary>Its values by name.</summary>
    public Dictionary<string, JinjaValue> Members => members;

    /// <inheritdoc />
    public override bool IsTrue => true;

    /// <inheritdoc />
    public override string Kind => "a namespace";
}

/// <summary>What can be called: a function, a method of a value, a macro.</summary>
/// <param name="name">Its name.</param>
/// <param name="call">What it does.</param>
internal sealed class FunctionValue(string name, Func<CallArguments, JinjaValue> call) : JinjaValue
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <inheritdoc />
    public override bool IsTrue => true;

    /// <inheritdoc />
    public override string Kind => "a function";

    /// <summary>Calls it.</summary>
    public JinjaValue Call(CallArguments arguments) => call(arguments);
}
