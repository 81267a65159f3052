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
        [new("--variants", "Study:Variants", "A,B,…",
            "Only these variants; Dense is the baseline. [default: Dense and all that are declared]")];

    /// <inheritdoc />
    public override Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var model = services.GetRequiredService<ModelConfig>();
        var plan = StudyPlan.Make(
            services.GetRequiredService<StudyOptions>().Variants,
            [.. services.GetServices<MoeVariant>()],
            model,
            services.GetRequiredService<TrainingConfig>(),
            seeds: 1);
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
