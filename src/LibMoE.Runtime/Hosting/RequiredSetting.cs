namespace LibMoE.Runtime.Hosting;

/// <summary>A setting without a default, which a verb cannot do without.</summary>
internal static class RequiredSetting
{
    /// <summary>Refuses an empty one.</summary>
    /// <param name="value">The setting.</param>
    /// <param name="key">Its name, such as <c>Export:Model</c>.</param>
    /// <param name="what">What it must be.</param>
    /// <exception cref="ConfigurationException">It is empty.</exception>
    public static void Check(string value, string key, string what)
    {
        if (value.Length == 0)
        {
            throw new ConfigurationException($"{key} is empty; it must be {what}.");
        }
    }
}
