namespace LibMoE.Generators.Emission;

/// <summary>A parameter or buffer of the emitted class.</summary>
/// <param name="Name">The state-dict name.</param>
/// <param name="Field">The field, with a letter of its suffix for each dim.</param>
/// <param name="Shape">The dims as C# source, in the order of the letters.</param>
/// <param name="Start">How it starts: the rest of the constructor's arguments as C# source, such as <c>Std: 0.02</c>.</param>
internal sealed record ParameterRow(string Name, string Field, string Shape, string Start)
{
    /// <summary>Kept in the router's type.</summary>
    public bool Router { get; init; }

    /// <summary>Not trained.</summary>
    public bool Frozen { get; init; }

    /// <summary>Saved, but no parameter.</summary>
    public bool Buffer { get; init; }

    /// <summary>Whether a token costs a multiply-add for each of its numbers, where the number of dims does not say so.</summary>
    public bool? Matrix { get; init; }

    /// <summary>The type of the field.</summary>
    public string Type => Buffer ? "Tensor" : "Parameter";

    /// <summary>The row of the emitted parameter table.</summary>
    public string ToSource()
    {
        var flags = string.Join(", ", Flags());
        return $"new({Text.Quote(Name)}, [{Shape}]{(Start.Length == 0 ? "" : ", " + Start)})"
            + $"{(flags.Length == 0 ? "" : $" {{ {flags} }}")},";
    }

    private IEnumerable<string> Flags()
    {
        if (Router)
        {
            yield return "Router = true";
        }

        if (Frozen)
        {
            yield return "Frozen = true";
        }

        if (Buffer)
        {
            yield return "Buffer = true";
        }

        if (Matrix is { } matrix)
        {
            yield return matrix ? "Matrix = true" : "Matrix = false";
        }
    }
}
