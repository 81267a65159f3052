namespace LibMoE.Generators.Models;

/// <summary>One value of a part: a constructor argument or a named option.</summary>
/// <param name="Name">The option's name; a constructor argument goes by its parameter's name with a capital first letter.</param>
/// <param name="Value">The constant: int, double, bool, string, an enum's underlying value, or an array's elements as text.</param>
/// <param name="Literal">The constant as C# source, fully qualified.</param>
/// <param name="IsArgument">Whether it is a constructor argument; those stand in the constructor's order.</param>
/// <param name="IsDefault">Whether it is the value of the option's <c>[DefaultValue]</c>; such options need not be written.</param>
internal sealed record OptionModel(string Name, object? Value, string Literal, bool IsArgument, bool IsDefault);
