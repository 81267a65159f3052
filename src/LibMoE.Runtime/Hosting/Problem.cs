namespace LibMoE.Runtime.Hosting;

/// <summary>Phrases a problem in the user's terms: option and key of the setting.</summary>
internal static class Problem
{
    /// <summary>Puts the option before the configuration key that a problem begins with: "--steps (Training:Steps) is 0; …".</summary>
    public static string ForUser(string problem, Verb? verb)
    {
        var option = verb?.Options.FirstOrDefault(option => problem.StartsWith(option.Key + " ", StringComparison.Ordinal));
        return option is null ? problem : $"{option.Name} ({option.Key}){problem[option.Key.Length..]}";
    }
}
