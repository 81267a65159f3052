using System.Globalization;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>A constant of the emitted class: a number of the declaration under the letter that shapes have for it.</summary>
/// <param name="Name">The letter, with the group's number where there are several groups.</param>
/// <param name="Value">The number as C# source; it may name constants before it.</param>
internal sealed record Constant(string Name, string Value)
{
    /// <summary>The letter that shapes have for it.</summary>
    public char Letter => Name == SharedGroup.HiddenName ? 'H' : Name[0];

    /// <summary>A constant that is a plain number.</summary>
    public static Constant Of(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the class can have it: no member is named like its class.</summary>
    public bool Fits(LayerModel layer) => Name != layer.Name;

    /// <summary>How the class refers to it.</summary>
    public string In(LayerModel layer) => Fits(layer) ? Name : Value;
}
