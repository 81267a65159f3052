namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>Indices as schedulers take them: <c>0-3,7</c>.</summary>
internal static class IndexRanges
{
    /// <summary>The text of some indices in ascending order; empty for none.</summary>
    public static string Of(IReadOnlyList<int> indices)
    {
        var parts = new List<string>();
        for (var i = 0; i < indices.Count; i++)
        {
            var first = indices[i];
            while (i + 1 < indices.Count && indices[i + 1] == indices[i] + 1)
            {
                i++;
            }

            parts.Add(first == indices[i] ? $"{first}" : $"{first}-{indices[i]}");
        }

        return string.Join(',', parts);
    }
}
