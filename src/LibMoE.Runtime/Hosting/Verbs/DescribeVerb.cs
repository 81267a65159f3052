using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Says what each variant is and costs, without training anything.</summary>
internal sealed class DescribeVerb : Verb
{
    /// <inheritdoc />
    public override string Name => "describe";

    /// <inheritdoc />
    public override string Description => "Shows each variant's formulas, parameters, FLOPs per token and hashes, without training.";

    /// <inheritdoc />
    public override IReadOnlyList<string> Sections => ["Model", "Study"];

    /// <inheritdoc />
    public override IReadOnlyList<VerbOption> Options { get; } =
        [new("--variants", "Study:Variants", "A,B,…", "Only these variants; Dense is the baseline. [default: Dense and all that are declared]")];

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var names = services.GetRequiredService<StudyOptions>().Variants;
        IReadOnlyList<MoeVariant> registered = [.. services.GetServices<MoeVariant>()];
        var training = services.GetRequiredService<TrainingConfig>();
        var plan = services.GetService<LearnerMaker>() is { } maker
            ? StudyPlan.Make(names, registered, maker, training, seeds: 1)
            : StudyPlan.Make(names, registered, services.GetRequiredService<ModelConfig>(), training, seeds: 1);
        var console = services.GetRequiredService<IAnsiConsole>();
        foreach (var variant in plan.Variants)
        {
            console.Write(VariantDescription.Of(variant));
        }

        foreach (var note in plan.Notes)
        {
            console.WriteLine(note);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
