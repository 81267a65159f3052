using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;

namespace Distillation;

/// <summary>How much of what a mixture is better than a dense model survives in a dense student, and in a merged one; and whether a
/// mixture teaches better than a dense model.</summary>
internal sealed class GainVerb(StudyOptions study, TrainingConfig training, RunOptions runs, IAnsiConsole console) : IVerb
{
    private const string Share =
        "Of the gain survives, (dense − student)/(dense − mixture), below 0 where the student is worse than dense:";

    private const string Published =
        "Published: OneS 88 % on texts and 62 % on images (arXiv:2201.10890), Switch Transformer about 30 % (arXiv:2101.03961).";

    private readonly Lessons _lessons = new(runs, training, console);

    /// <summary>A merged model is trained on for a sixth of the steps.</summary>
    private int After => Math.Max(1, training.Steps / 6);

    /// <inheritdoc />
    public static string Name => "gain";

    /// <inheritdoc />
    public static string Description =>
        "Measures what of a mixture's gain over dense a distilled and a merged model keep, and whether a dense model teaches as well.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options => LessonVerb.Options;

    /// <inheritdoc />
    public static IReadOnlyDictionary<string, string?> Quick => LessonVerb.Quick;

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var texts = await Texts.WriteAsync(_lessons.Folder, stop);
        string[] large = ["--corpus", texts.Whole, "--Model:Dim=96"], dense = [.. large, "--variants", "Dense"];
        string[] seeds = ["--seeds", study.Seeds.ToString(CultureInfo.InvariantCulture)], one = ["--seeds", "1"];
        string[] teacher = _lessons.Teacher("teachers", "Smoe"), mixture = [.. teacher, "--Training:Distill:Weight=1"];
        string[] rival = [.. _lessons.Teacher("teachers", "Dense"), "--Training:Distill:Weight=1"];
        string[] after = ["--corpus", texts.Whole, "--learning-rate", "0.002"];
        string[] average = ["--kind", "Average"], all = ["--experts", "8"];
        var (student, steps) = (LessonVerb.Student(texts.Excerpt, study.Seeds), training.Steps);
        return await _lessons.Study("teachers", steps, [.. large, .. seeds])
            ?? await _lessons.Study("by-mixture", steps, [.. student, .. mixture])
            ?? await _lessons.Study("by-dense", steps, [.. student, .. rival])
            ?? await _lessons.Study("distilled", steps, [.. dense, .. mixture, .. seeds])
            ?? await _lessons.Merge("merged", After, after)
            ?? await _lessons.Merge("averaged", After, [.. after, .. average])
            ?? await _lessons.Merge("side-by-side", 0, [.. after, .. all])
            ?? await _lessons.Study("new", After, [.. dense, .. teacher, .. one, "--learning-rate", "0.002"])
            ?? Summary();
    }

    private int Summary()
    {
        _lessons.WriteTable();
        var (mixture, rival) = (_lessons.Of("by-mixture"), _lessons.Of("by-dense"));
        Say($"\nLittle text: a student of the mixture minus one of the dense model: {SeedDifference.Text(mixture, rival)}.");
        var (gain, dense) = (_lessons.Of("teachers", "Smoe"), _lessons.Of("teachers", "Dense"));
        Say($"\nThe mixture minus the dense model, which is its gain: {SeedDifference.Text(gain, dense)}.");
        var (distilled, merged) = (_lessons.Of("distilled"), _lessons.Of("merged"));
        Say($"Distilled minus the dense model: {SeedDifference.Text(distilled, dense)}.");
        Say($"{Share} distilled {Kept(distilled, dense, gain)}, {training.Steps} steps; merged {Kept(merged, dense, gain)}, ",
            $"{After} steps more.");
        Say($"{Published}");
        return ExitCode.Done;
    }

    /// <summary>Of the student's seeds, each against those of the teachers that have the same.</summary>
    private static string Kept(VariantResult student, VariantResult dense, VariantResult mixture)
    {
        var seeds = student.Seeds.Count;
        var (own, gain) = (Loss(dense) - student.ValidationLoss, Loss(dense) - Loss(mixture));
        return PairedDifference.Signed(100 * own / gain, decimals: 0) + " %";

        double Loss(VariantResult variant) => variant.Seeds.Take(seeds).Average(seed => seed.ValidationLoss);
    }

    private void Say(params FormattableString[] parts) =>
        console.Profile.Out.Writer.WriteLine(string.Concat(parts.Select(FormattableString.Invariant)));
}
