using System.Globalization;
using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Models;

/// <summary>One attribute of a declaration, with the options that were not written filled in from their defaults.</summary>
/// <param name="TypeName">The attribute's type as C# source: <c>global::LibMoE.SoftmaxGateAttribute</c>.</param>
/// <param name="Name">The attribute's name without suffix and type arguments: <c>SoftmaxGate</c>.</param>
/// <param name="Options">Constructor arguments first, in their order, then options in the order of their names.</param>
internal sealed record PartModel(string TypeName, string Name, EquatableArray<OptionModel> Options)
{
    /// <summary>Whether the part has that option.</summary>
    public bool Has(string option) => Options.Any(candidate => candidate.Name == option);

    /// <summary>An integer option.</summary>
    public int Int(string option) => Convert.ToInt32(Value(option), CultureInfo.InvariantCulture);

    /// <summary>A real option.</summary>
    public double Double(string option) => Convert.ToDouble(Value(option), CultureInfo.InvariantCulture);

    /// <summary>A switch.</summary>
    public bool Bool(string option) => Value(option) is true;

    /// <summary>Whether an option has the value of its <c>[DefaultValue]</c>.</summary>
    public bool IsDefault(string option) => Find(option).IsDefault;

    /// <summary>The C# source of an option's value.</summary>
    public string Literal(string option) => Find(option).Literal;

    private object? Value(string option) => Find(option).Value;

    private OptionModel Find(string option) =>
        Options.FirstOrDefault(candidate => candidate.Name == option)
        ?? throw new InvalidOperationException($"{Name} has no option {option}.");
}
