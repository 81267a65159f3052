namespace LibMoE;

/// <summary>
/// A balancing or regularising term of a layer. Its value, coefficient applied, stands in <c>Routing.Losses</c> under the attribute's
/// name without suffix; a repeated term gets <c>#2</c>, <c>#3</c>, …
/// </summary>
/// <param name="coefficient">c, the factor on the term.</param>
public abstract class BalanceAttribute(double coefficient) : Attribute
{
    /// <summary>c, the factor on the term.</summary>
    public double Coefficient { get; } = coefficient;
}

/// <summary>
/// A balancing term of your own. Derive an attribute with its options from this class, and give <typeparamref name="TTerm"/> the
/// runtime's <c>IBalanceTerm&lt;TOptions&gt;</c>.
/// </summary>
/// <typeparam name="TTerm">The class that computes the term.</typeparam>
/// <param name="coefficient">c, the factor on the term; the generator applies it.</param>
public abstract class BalanceAttribute<TTerm>(double coefficient) : BalanceAttribute(coefficient);
