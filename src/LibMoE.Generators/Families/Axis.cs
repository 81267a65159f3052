using LibMoE.Generators.Models;

namespace LibMoE.Generators.Families;

/// <summary>One value of a varied option.</summary>
/// <param name="Value">The value in the option's type.</param>
/// <param name="Literal">The value as C# source.</param>
/// <param name="Name">The value as a part of a class name: <c>4</c>, <c>0_01</c>, <c>Sequence</c>.</param>
/// <param name="Location">Where it stands in the Vary attribute.</param>
internal sealed record AxisValue(object? Value, string Literal, string Name, LocationInfo Location);

/// <summary>An option that varies over a family, with its values.</summary>
/// <param name="Part">The index of the part among the declaration's parts.</param>
/// <param name="Option">The option.</param>
/// <param name="Qualified">The option with the part before it, as in <c>SwitchBalance.Coefficient</c>.</param>
/// <param name="Values">The values in their order.</param>
/// <param name="Location">The Vary attribute.</param>
internal sealed record Axis(int Part, string Option, string Qualified, IReadOnlyList<AxisValue> Values, LocationInfo Location);
