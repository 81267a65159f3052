namespace LibMoE.Generators.Emission;

/// <summary>A line of the layer's description.</summary>
/// <param name="Label">What the line is about: experts, gate, weights, output, losses; empty where it continues the line before.</param>
/// <param name="Value">The formula.</param>
internal sealed record Formula(string Label, string Value)
{
    private const int LabelWidth = 9;

    /// <summary>The line as the header and <c>describe</c> show it.</summary>
    public override string ToString() => (Label.PadRight(LabelWidth) + Value).TrimEnd();
}
