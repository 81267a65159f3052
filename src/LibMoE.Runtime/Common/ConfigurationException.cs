namespace LibMoE.Runtime;

/// <summary>
/// What was asked for cannot be done as configured. The message is one line that names the value and what is allowed; a program
/// prints it without a stack trace and ends with exit code 2.
/// </summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="message">What is wrong, where, and what is allowed.</param>
    public ConfigurationException(string message)
        : this([message])
    {
    }

    private ConfigurationException(IReadOnlyCollection<string> problems)
        : base(string.Join(" ", problems)) => Problems = [.. problems];

    /// <summary>What is wrong, one sentence each; at least one.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Throws if there are problems, with all of them in one message.</summary>
    /// <param name="problems">One sentence each; none means that all is well.</param>
    /// <exception cref="ConfigurationException">There is at least one problem.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new ConfigurationException(problems);
        }
    }
}
