namespace LibMoE.Runtime;

/// <summary>What an audit log was found to be.</summary>
/// <param name="Entries">Its entries up to the first problem.</param>
/// <param name="Head">The hash of the last of them; 64 zeros of a log without entries. Kept elsewhere, it shows when lines are cut off the
/// end, or the whole file is written anew.</param>
/// <param name="Problem">What is wrong, as a sentence; null where every line follows the one before.</param>
public sealed record AuditReport(IReadOnlyList<AuditEntry> Entries, string Head, string? Problem)
{
    /// <summary>Whether the log holds an entry of that hash: it was not cut off before it, nor written anew since.</summary>
    internal IReadOnlySet<string> Hashes { get; init; } = new HashSet<string>();

    /// <summary>Whether an entry of that hash, which was noted earlier, is still in the log.</summary>
    /// <param name="head">The <see cref="Head"/> of then.</param>
    public bool Contains(string head) => Hashes.Contains(head);
}
