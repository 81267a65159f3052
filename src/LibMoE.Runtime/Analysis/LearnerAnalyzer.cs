using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Analysis.Perturbing;

namespace LibMoE.Runtime.Analysis;

/// <summary>What is known of a trained learner's routing, from its held-out examples.</summary>
/// <param name="options">How much is looked at.</param>
/// <param name="learner">The learner.</param>
/// <param name="batch">How many examples go through the model at once.</param>
internal sealed class LearnerAnalyzer(AnalysisOptions options, Learner learner, int batch)
{
    /// <summary>The examples that routing is counted on and compared over training.</summary>
    public RoutedData Data { get; } = new RoutedExamples(learner, options.Sequences, batch);

    /// <summary>Analyses the model; it is left in the mode that it was in.</summary>
    /// <param name="seed">The seed of its training, for the record; it also draws random picks.</param>
    /// <param name="stop">Ends the analysis between two batches.</param>
    public CellAnalysis Run(long seed, CancellationToken stop)
    {
        var survey = RoutingSurvey.Run(Data, _ => "", seed, stop);
        return survey with
        {
            CorpusSha256 = learner.Data.Sha256,
            Blocks = [.. survey.Blocks.Zip(learner.MoeLayers, (block, layer) => block with { WeightSimilarity = WeightFigures.Of(layer) })],
            Perturbations = options.Perturbations ? Disturb(seed, stop) : [],
            Pictures = learner is VisionLanguageLearner { MoeLayers.Count: > 0 } seeing && options.Pictures > 0
                ? PictureTracer.Samples(seeing, options.Pictures)
                : null,
            OmittedPerturbations = options.Perturbations ? Perturbations.Omitted(learner.MoeLayers, learner.Name) : [],
        };
    }

    /// <summary>What a disturbance costs is a difference of losses; a hash gate's picks are made of token ids, which only the learner
    /// knows.</summary>
    private IReadOnlyList<PerturbationResult> Disturb(long seed, CancellationToken stop) =>
        learner.MoeLayers.Any(layer => layer.Declaration.Gate is HashGateAttribute)
        || learner.Metrics.All(metric => metric.Name != LearnerMetric.LossName) ? [] :
        PerturbationStudy.Run(
            new RoutedExamples(learner, options.PerturbationSequences, batch),
            [.. Perturbations.Of(learner.MoeLayers, seed), .. options.Ablations ? Perturbations.Ablations(learner.MoeLayers) : []],
            stop);
}
