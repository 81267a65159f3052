using System.Globalization;

namespace LibMoE.Runtime.Checkpoints.Store;

/// <summary>How the folders of a checkpoint store are named: <c>step-N</c>, and <c>step-N.tmp</c> while one is
/// written or deleted.</summary>
internal static class CheckpointName
{
    private const string Prefix = "step-";
    private const string Unfinished = ".tmp";

    /// <summary>The folder of a finished checkpoint.</summary>
    public static string Of(long step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}");

    /// <summary>The folder of one that is being written or deleted.</summary>
    public static string UnfinishedOf(long step) => Of(step) + Unfinished;

    /// <summary>The step that a name stands for; null where it is no checkpoint's.</summary>
    public static long? StepOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
        && Of(step) == name
            ? step
            : null;

    /// <summary>Whether a folder of that name was never finished, or is to be deleted.</summary>
    public static bool IsUnfinished(string name) =>
        name.EndsWith(Unfinished, StringComparison.Ordinal) && StepOf(name[..^Unfinished.Length]) is not null;
}
