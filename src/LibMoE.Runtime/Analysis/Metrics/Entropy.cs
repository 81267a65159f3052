namespace LibMoE.Runtime;

/// <summary>Shannon entropy: H(p) = −Σ p ln p in nats, with 0·ln 0 = 0.</summary>
public static class Entropy
{
    /// <summary>The entropy of masses scaled to add up to 1; 0 where they add up to 0.</summary>
    /// <param name="masses">At least 0 each.</param>
    public static double Of(ReadOnlySpan<double> masses)
    {
        var total = 0.0;
        foreach (var mass in masses)
        {
            total += mass;
        }

        var entropy = 0.0;
        foreach (var mass in masses)
        {
            if (mass > 0)
            {
                var share = mass / total;
                entropy -= share * Math.Log(share);
            }
        }

        return entropy;
    }
}
