using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Reporting;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Shows an audit log and says whether it is as it was written.</summary>
internal sealed class AuditVerb(AuditSettings settings, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "audit";

    /// <inheritdoc />
    public static string Description => "Shows an audit log, as serve writes one of vetoes, and says whether it was tampered with.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--log", "Audit:Log", "FILE", "The log."),
        new("--head", "Audit:Head", "HASH",
            "The hash of an entry that was noted earlier: shows a log that was cut off, or written anew as a whole. [default: none]"),
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(settings.Log, "Audit:Log", "the path of an audit log");

        var found = AuditLog.Verify(settings.Log);
        foreach (var entry in found.Entries)
        {
            var details = string.Join(", ", entry.Details.Select(detail => $"{detail.Key} {detail.Value}"));
            console.WriteWhole(string.Create(CultureInfo.InvariantCulture,
                $"{entry.Number}  {entry.Time:u}  {entry.Who}  {entry.Action} ({details}): {entry.Reason}"));
        }

        if (found.Problem is { } problem)
        {
            throw new InvalidDataException(problem);
        }

        if (settings.Head.Length > 0 && !found.Contains(settings.Head))
        {
            throw new InvalidDataException(
                $"{settings.Log} has no entry of the hash {settings.Head}: lines were cut off, or the whole log was written anew.");
        }

        console.WriteWhole($"{"entry".ToQuantity(found.Entries.Count)}, each as it was written; the last has the hash {found.Head}");
        return Task.FromResult(ExitCode.Done);
    }
}
