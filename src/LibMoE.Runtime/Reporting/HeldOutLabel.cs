using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Reporting;

/// <summary>Which of a grid's settings decide what a loss is measured on: across those, losses cannot be compared.</summary>
internal static class HeldOutLabel
{
    private static readonly string[] Keys = ["Training:SequenceLength", "Training:ValidationSequences"];

    /// <summary>Those settings of a run as a text; empty where the grid varies none of them.</summary>
    public static string Of(TrainingResult run) => SettingsLabel.Of(run.Settings.Where(setting => Decides(setting.Key)).ToDictionary());

    private static bool Decides(string key) => key.StartsWith("Corpus:", StringComparison.Ordinal) || Keys.Contains(key);
}
