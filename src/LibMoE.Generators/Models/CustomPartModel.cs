namespace LibMoE.Generators.Models;

/// <summary>A gate or balancing term of the user's own.</summary>
/// <param name="Part">The attribute.</param>
/// <param name="Implementation">The class that does the work, as C# source; null for built-in parts.</param>
internal sealed record CustomPartModel(PartModel Part, string? Implementation)
{
    /// <summary>The formula that the user gave a part of their own by <c>[Description]</c>; null without.</summary>
    public string? Description { get; init; }

    /// <summary>The attribute's name without suffix.</summary>
    public string Name => Part.Name;
}
