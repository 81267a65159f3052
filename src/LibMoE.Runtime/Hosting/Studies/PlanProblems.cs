using LibMoE.Runtime.Studies;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What is wrong with what is to be trained, as far as it can be known before a text is read.</summary>
internal static class PlanProblems
{
    /// <summary>Unknown variants, layers that do not fit the backbone, texts and tokenizers that are not there, vocabularies that are too
    /// small, unknown tasks.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="plan">Plans what is to be trained.</param>
    /// <param name="mayExist">Whether the run folder may be there already.</param>
    public static IReadOnlyList<string> Of(IServiceProvider services, Func<IReadOnlyList<StudyPlan>> plan, bool mayExist = false)
    {
        var problems = new ProblemList();
        IReadOnlyList<StudyPlan> plans = [];
        problems.Try(() => plans = plan());
        problems.Try(() =>
        {
            List<(CorpusOptions Corpus, ModelConfig Model)> texts = plans.Count > 0
                ? [.. plans.Select(planned => (planned.Corpus, planned.Variants[0].Model))]
                : [(services.GetRequiredService<CorpusOptions>(), services.GetRequiredService<ModelConfig>())];
            texts.ForEach(text => problems.Try(() => ConfigurationException.ThrowIfAny([.. TextProblems.Of(text.Corpus, text.Model)])));
        });
        problems.Try(() => services.GetRequiredService<EvaluationOptions>().FindTasks());
        problems.Try(() =>
        {
            var run = services.GetRequiredService<RunOptions>();
            if (!run.Resume && !mayExist)
            {
                StudyFolder.RefuseTaken(run);
            }
        });
        return problems.Found;
    }
}
