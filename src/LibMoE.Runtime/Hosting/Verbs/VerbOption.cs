namespace LibMoE.Runtime;

/// <summary>One option of the command line: a short name for a configuration key.</summary>
/// <param name="Name">What the user types, such as <c>--steps</c>.</param>
/// <param name="Key">The configuration key that it sets, such as <c>Training:Steps</c>.</param>
/// <param name="Value">What help calls the value, such as <c>N</c>; empty for one that has no value and sets its key to true.</param>
/// <param name="Description">One line for <c>--help</c>.</param>
public sealed record VerbOption(string Name, string Key, string Value, string Description)
{
    /// <summary>Whether the option may be given several times: its key is a list.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether it is given by its place after the verb, not by its name; several of them follow each other in the order of the
    /// list, and one that is repeated comes last.</summary>
    public bool IsPositional { get; init; }

    /// <summary>Whether the option has no value.</summary>
    public bool IsFlag => Value.Length == 0;
}
