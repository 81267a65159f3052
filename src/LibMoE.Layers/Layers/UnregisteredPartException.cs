namespace LibMoE.Runtime;

/// <summary>A router or expert of the user's own has a parameter that its module does not know.</summary>
/// <param name="part">The class.</param>
/// <param name="kind">What it has.</param>
/// <param name="field">The field or property.</param>
public sealed class UnregisteredPartException(string part, string kind, string field) : InvalidOperationException(
    $"{part} has a {kind} '{field}' that is not registered, so that it would not be trained or saved; "
        + "call RegisterComponents() at the end of its constructor, or make it a Parameter.");
