namespace LibMoE.Runtime;

/// <summary>
/// McNemar's test (1947) in its exact form: of the items that only one of two models answers right, either is equally likely to be that one.
/// </summary>
internal static class McNemar
{
    /// <summary>The two-sided p-value: min(1, 2·P(X ≤ min(first, second))), X binomial with n = first + second and ½.</summary>
    /// <param name="first">Items that only the first model answers right.</param>
    /// <param name="second">Items that only the second does.</param>
    public static double PValue(int first, int second)
    {
        var (n, few) = (first + second, Math.Min(first, second));
        if (n == 0)
        {
            return 1;
        }

        // ln C(n, k) − n·ln 2 by recurrence, summed from the largest term down.
        var logs = new double[few + 1];
        logs[0] = -n * Math.Log(2);
        for (var k = 1; k <= few; k++)
        {
            logs[k] = logs[k - 1] + Math.Log((n - k + 1) / (double)k);
        }

        return Math.Min(1, 2 * Math.Exp(logs[few]) * logs.Sum(log => Math.Exp(log - logs[few])));
    }
}
