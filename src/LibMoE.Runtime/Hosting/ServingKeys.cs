namespace LibMoE.Runtime.Hosting;

/// <summary>What names and keys of <see cref="ServingOptions.Keys"/> may be. No message repeats a key.</summary>
internal static class ServingKeys
{
    /// <summary>The name that stands in the audit log for <see cref="ServingOptions.ApiKey"/>.</summary>
    public const string Main = "main";

    private const int LongestName = 64;

    /// <summary>What is wrong, one sentence each.</summary>
    public static IEnumerable<string> Problems(ServingOptions options)
    {
        foreach (var (name, key) in options.Keys)
        {
            if (name.Length > LongestName || name == Main || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            {
                yield return $"Serving:Keys names '{name}'; a name must be of up to {LongestName} letters, digits, - or _, "
                    + $"and not '{Main}', which stands for Serving:ApiKey.";
            }

            if (string.IsNullOrWhiteSpace(key))
            {
                yield return $"Serving:Keys:{name} is empty; it must be a key.";
            }
        }

        var shared = options.Keys.Append(new(Main, options.ApiKey)).Where(entry => entry.Value.Length > 0)
            .GroupBy(entry => entry.Value, entry => entry.Key).FirstOrDefault(names => names.Count() > 1);
        if (shared is not null)
        {
            yield return $"Serving:Keys has one key for {string.Join(" and ", shared)}; each must have its own, "
                + "so that the audit log can tell who asked.";
        }
    }
}
