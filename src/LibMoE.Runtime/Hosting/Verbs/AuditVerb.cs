using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Shows an audit log, says whether it is as it was written, and adds a person's word on the use of a model.</summary>
internal sealed class AuditVerb(
    AuditSettings settings, IEnumerable<MoeVariant> declared, PublishedModels published, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "audit";

    /// <inheritdoc />
    public static string Description =>
        "Shows an audit log, as serve writes one of vetoes, says whether it was tampered with, and approves or refuses a model.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--log", "Audit:Log", "FILE", "The log."),
        new("--approve", "Audit:Approve", "MODEL", "A model whose use is approved, by its SHA-256. [default: none]"),
        new("--refuse", "Audit:Refuse", "MODEL", "A model whose use is refused, also one that was approved. [default: none]"),
        new("--who", "Audit:Who", "NAME", "Who approves or refuses."),
        new("--reason", "Audit:Reason", "TEXT", "Why."),
        new("--head", "Audit:Head", "HASH",
            "The hash of an entry that was noted earlier: shows a log that was cut off, or written anew as a whole. [default: none]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(settings.Log, "Audit:Log", "the path of an audit log");
        await JudgeAsync(stop).ConfigureAwait(false);
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
        return ExitCode.Done;
    }

    /// <summary>Adds a word on the use of a model, where one is given.</summary>
    private async Task JudgeAsync(CancellationToken stop)
    {
        var (key, action, named) = settings.Approve.Length > 0
            ? ("Audit:Approve", ModelApproval.Approved, settings.Approve)
            : ("Audit:Refuse", ModelApproval.Refused, settings.Refuse);
        if (named.Length == 0)
        {
            if (settings.Who.Length + settings.Reason.Length > 0)
            {
                throw new ConfigurationException(
                    "Audit:Who and Audit:Reason are of a decision; set Audit:Approve or Audit:Refuse with them, or leave them out.");
            }

            return;
        }

        if (settings.Approve.Length > 0 && settings.Refuse.Length > 0)
        {
            throw new ConfigurationException("Audit:Approve and Audit:Refuse are both set; an entry says one of them.");
        }

        RequiredSetting.Check(settings.Who, "Audit:Who", $"the name of the person who decides, beside {key}");
        RequiredSetting.Check(settings.Reason, "Audit:Reason", $"why, beside {key}");
        var (path, _) = await published.FindAsync(named, stop).ConfigureAwait(false);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        using var log = AuditLog.Open(settings.Log);
        log.Append(settings.Who, action, ModelApproval.Details(loaded.Name, loaded.Sha256), settings.Reason);
    }
}
