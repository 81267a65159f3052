namespace LibMoE.Generators.Emission;

/// <summary>A parameter or buffer of the emitted class.</summary>
/// <param name="Name">The state-dict name.</param>
/// <param name="Field">The field, with its shape suffix.</param>
/// <param name="Shape">The dims as C# source, with <c>shape</c> in scope.</param>
/// <param name="Start">How it starts: the rest of the constructor's arguments as C# source, such as <c>Std: 0.02</c>.</param>
internal sealed record ParameterRow(string Name, string Field, string Shape, string Start)
{
    /// <summary>Kept in the router's type.</summary>
    public bool Router { get; init; }

    /// <summary>Not trained.</summary>
    public bool Frozen { get; init; }

    /// <summary>Saved, but no parameter.</summary>
    public bool Buffer { get; init; }

    /// <summary>The row of the emitted parameter table.</summary>
    public string ToSource()
    {
        var flags = string.Join(", ", Flags());
        return $"new({Text.Quote(Name)}, [{Shape}]{(Start.Length == 0 ? "" : ", " + Start)}){(flags.Length == 0 ? "" : $" {{ {flags} }}")},";
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
    }
}
