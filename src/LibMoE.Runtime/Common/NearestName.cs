namespace LibMoE.Runtime.Common;

/// <summary>Finds the name that a mistyped one most likely stands for.</summary>
internal static class NearestName
{
    private const int ShortestStart = 3;

    /// <summary>The allowed name nearest to the wrong one, or the only one that it is the start of; null where none is near.</summary>
    public static string? Of(string wrong, IReadOnlyCollection<string> allowed)
    {
        if (wrong.Length >= ShortestStart
            && allowed.Where(name => name.StartsWith(wrong, StringComparison.OrdinalIgnoreCase)).ToList() is [var whole])
        {
            return whole;
        }

        var (name, distance) = allowed
            .Select(candidate => (candidate, Distance(wrong.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .DefaultIfEmpty(("", int.MaxValue))
            .MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, wrong.Length / 3) ? name : null;
    }

    /// <summary>What to say after naming a wrong one: a question where one is near, then all that are allowed.</summary>
    public static string Advice(string wrong, IReadOnlyCollection<string> allowed)
    {
        var listed = $"allowed: {string.Join(", ", allowed)}";
        return Of(wrong, allowed) is { } nearest ? $"did you mean '{nearest}'? ({listed})" : listed;
    }

    /// <summary>How many letters to insert, delete, change or swap with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var change = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
