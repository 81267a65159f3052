using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Says what each variant is and costs, without training anything.</summary>
internal sealed class DescribeVerb(
    ModelConfig model,
    TrainingConfig training,
    StudyOptions study,
    IEnumerable<MoeVariant> declared,
    IAnsiConsole console,
    IConfiguration configuration,
    LearnerMaker? own = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "describe";

    /// <inheritdoc />
    public static string Description => "Shows each variant's formulas, parameters, FLOPs per token, memory and hashes, without training.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Model", "Training", "Study"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
        [new("--variants", "Study:Variants", "A,B,…",
            "Only these variants; Dense is the baseline. [default: Dense and all that are declared]")];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        IReadOnlyList<MoeVariant> registered = [.. declared];
        var plan = own is not null
            ? StudyPlan.Make(study.Variants, registered, own, training, seeds: 1)
            : StudyPlan.Make(study.Variants, registered, model, training, seeds: 1, study.DenseWidth);
        ConfigurationException.ThrowIfAny(UnusedWidth.Problems(configuration, [plan]));
        foreach (var variant in plan.Variants)
        {
            console.Write(VariantDescription.Of(variant, training));
        }

        foreach (var note in plan.Notes.Concat(plan.Variants.SelectMany(variant => variant.Own?.Facts.Cautions ?? []).Distinct()))
        {
            console.WriteLine(note);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
