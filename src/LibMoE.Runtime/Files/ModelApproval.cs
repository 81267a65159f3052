using System.Globalization;

namespace LibMoE.Runtime.Files;

/// <summary>What an audit log says of the use of a model: people approve it and refuse it, and the last word holds.</summary>
internal static class ModelApproval
{
    /// <summary>The action of an entry that approves.</summary>
    public const string Approved = "approve";

    /// <summary>The action of an entry that refuses.</summary>
    public const string Refused = "refuse";

    /// <summary>What an entry says of a model.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="sha256">SHA-256 of its files, which is what is approved.</param>
    public static IReadOnlyDictionary<string, string> Details(string name, string sha256) =>
        new Dictionary<string, string> { ["model"] = name, ["sha256"] = sha256 };

    /// <summary>Refuses a model whose use is not approved.</summary>
    /// <param name="log">The path of the log.</param>
    /// <param name="name">What people call the model.</param>
    /// <param name="sha256">SHA-256 of its files.</param>
    /// <exception cref="ConfigurationException">It was never approved, was refused since, or the log is not whole.</exception>
    public static void Require(string log, string name, string sha256)
    {
        var found = File.Exists(log) ? AuditLog.Verify(log) : new AuditReport([], "", null);
        if (found.Problem is { } problem)
        {
            throw new ConfigurationException($"{problem} What it says of approvals is not believed.");
        }

        var word = found.Entries.LastOrDefault(entry =>
            entry.Action is Approved or Refused && entry.Details.GetValueOrDefault("sha256") == sha256);
        if (word is null)
        {
            throw new ConfigurationException(
                $"{name} (SHA-256 {sha256}) is not approved in {log}; a person approves it with "
                    + "'audit --log FILE --approve MODEL --who NAME --reason TEXT'.");
        }

        if (word.Action == Refused)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} (SHA-256 {sha256}) was refused by {word.Who} at {word.Time:u}, entry {word.Number} of {log}: {word.Reason}"));
        }
    }
}
