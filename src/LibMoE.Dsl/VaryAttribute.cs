namespace LibMoE;

/// <summary>
/// Declares a family: the generator writes one further layer per value, named after the option and the value
/// (<c>Smoe_TopK4</c>). Several <c>Vary</c> attributes give the product of their values.
/// </summary>
/// <param name="option">An option or constructor argument of any part of the declaration, such as
/// <c>nameof(SoftmaxGateAttribute.TopK)</c>, <c>"Hidden"</c> or <c>"SwitchBalance.Coefficient"</c> where the bare
/// name is ambiguous.</param>
/// <param name="values">The values, of the option's type. The one that the declaration itself has gives no further class.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class VaryAttribute(string option, params object[] values) : Attribute
{
    /// <summary>The option that varies.</summary>
    public string Option { get; } = option;

    /// <summary>Its values.</summary>
    public IReadOnlyList<object> Values { get; } = values;
}
