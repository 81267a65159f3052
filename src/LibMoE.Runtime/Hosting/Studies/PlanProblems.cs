using LibMoE.Runtime.Models;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What is wrong with what is to be trained, as far as it can be known before a text is read. Each section is read where it is
/// asked, so that what is wrong in one hides nothing of the others.</summary>
internal sealed class PlanProblems(
    IOptions<CorpusOptions> corpus,
    IOptions<ModelConfig> model,
    IOptions<EvaluationOptions> evaluation,
    IOptions<RunOptions> run,
    IConfiguration configuration,
    LearnerMaker? own = null)
{
    /// <summary>Unknown variants, layers that do not fit the backbone, texts and tokenizers that are not there, vocabularies that are too
    /// small, unknown tasks, a width that no model of a new run would have.</summary>
    /// <param name="plan">Plans what is to be trained.</param>
    /// <param name="mayExist">Whether the run folder may be there already.</param>
    public IReadOnlyList<string> Of(Func<IReadOnlyList<StudyPlan>> plan, bool mayExist = false)
    {
        var problems = new ProblemList();
        IReadOnlyList<StudyPlan> plans = [];
        problems.Try(() => plans = plan());
        problems.Try(() =>
        {
            List<(CorpusOptions Corpus, ModelConfig Model)> texts =
                own is not null ? []
                : plans.Count > 0 ? [.. plans.Select(planned => (planned.Corpus, planned.Variants[0].Model!))]
                : [(corpus.Value, model.Value)];
            texts.ForEach(text => problems.Try(() => ConfigurationException.ThrowIfAny([.. TextProblems.Of(text.Corpus, text.Model)])));
        });
        problems.Try(() => ConfigurationException.ThrowIfAny([.. plans.SelectMany(TooLarge).Distinct()]));
        problems.Try(() => ConfigurationException.ThrowIfAny(
            plans.Count == 0 || mayExist || run.Value.Resume ? [] : UnusedWidth.Problems(configuration, plans)));
        problems.Try(() => evaluation.Value.FindTasks());
        problems.Try(() =>
        {
            if (!run.Value.Resume && !mayExist)
            {
                StudyFolder.RefuseTaken(run.Value);
            }
        });
        return problems.Found;
    }

    /// <summary>Variants that cannot be trained in this machine's memory. What a card has is known when one is asked for.</summary>
    private IEnumerable<string> TooLarge(StudyPlan plan) => plan.Variants.Where(variant => variant.Model is not null)
        .Select(variant => ModelMemory.Problem(
            $"Training {variant.Name} in batches of {plan.Training.Batch / Math.Max(1, plan.Training.MicroBatches)} sequences",
            ModelMemory.Training(
                variant.Model!,
                variant.Mixture?.Declaration,
                plan.Training.Batch / Math.Max(1, plan.Training.MicroBatches),
                plan.Training.SequenceLength,
                plan.Training.AverageDecay > 0),
            "make Model:Dim, Model:Hidden, Model:Layers, the experts or Training:Batch smaller")).OfType<string>()
        .Where(_ => ComputeDevice.Of(run.Value.Device).type == TorchSharp.DeviceType.CPU);
}
