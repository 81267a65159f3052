using System.Globalization;

namespace LibMoE.Generators.Known;

/// <summary>The values that a numeric option may have.</summary>
/// <param name="Part">The part that has the option; <see cref="AnyGate"/> for options that gates inherit.</param>
/// <param name="Option">The option.</param>
/// <param name="Min">The lower bound.</param>
/// <param name="Max">The upper bound; infinity for none.</param>
/// <param name="WithMin">Whether the lower bound itself is allowed.</param>
/// <param name="WithMax">Whether the upper bound itself is allowed.</param>
internal sealed record OptionRange(string Part, string Option, double Min, double Max, bool WithMin, bool WithMax)
{
    /// <summary>Stands for every gate.</summary>
    public const string AnyGate = "*Gate";

    /// <summary>Whether the value is allowed.</summary>
    public bool Contains(double value) => (WithMin ? value >= Min : value > Min) && (WithMax ? value <= Max : value < Max);

    /// <summary>The range in words.</summary>
    public override string ToString()
    {
        var (min, max) = (Text(Min), Text(Max));
        return (double.IsPositiveInfinity(Max), WithMin, WithMax) switch
        {
            (true, true, _) => $"at least {min}",
            (true, false, _) => $"above {min}",
            (_, true, true) => $"from {min} to {max}",
            (_, true, false) => $"at least {min} and below {max}",
            (_, false, true) => $"above {min} and at most {max}",
            _ => $"above {min} and below {max}",
        };
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
