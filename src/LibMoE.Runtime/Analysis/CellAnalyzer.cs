using LibMoE.Runtime.Analysis.Collecting;
using LibMoE.Runtime.Analysis.Perturbing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis;

/// <summary>
/// Everything that is known of a trained model's routing, from the corpus's held-out text: the metrics of every block, what disturbances of
/// the routing cost, and texts with the expert of every token.
/// </summary>
/// <param name="options">How much is looked at.</param>
/// <param name="corpus">The text.</param>
/// <param name="length">Tokens of a sequence.</param>
/// <param name="batch">How many sequences go through a model at once.</param>
internal sealed class CellAnalyzer(AnalysisOptions options, Corpus corpus, int length, int batch)
{
    private readonly TaskProbe? _tasks = TaskProbe.Of(options, corpus.Tokenizer);

    /// <summary>The sequences that routing is counted on and compared over training.</summary>
    public AnalysisText Text { get; } = AnalysisText.Of(corpus, length, options.Sequences);

    /// <summary>Analyses a model; it is left in the mode that it was in.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">The seed of its training, for the record; it also draws random picks.</param>
    /// <param name="stop">Ends the analysis between two batches.</param>
    public CellAnalysis Run(LanguageModel model, long seed, CancellationToken stop = default)
    {
        var survey = RoutingSurvey.Run(model, Text, id => TokenText.Of(corpus.Tokenizer, id), batch, seed, stop);
        return survey with
        {
            CorpusSha256 = corpus.Sha256,
            Blocks = Inspect(model, survey.Blocks),
            Perturbations = options.Perturbations ? Disturb(model, seed, stop) : [],
            OmittedPerturbations = options.Perturbations ? Perturbations.Omitted(model) : [],
            Texts = model.MoeLayers.Count == 0 ? [] : TextTracer.Samples(model, corpus, options.Texts, options.TextTokens),
        };
    }

    /// <summary>The model's scores on <see cref="AnalysisOptions.Tasks"/>; empty where none are asked for.</summary>
    public IReadOnlyDictionary<string, double> Scores(LanguageModel model, CancellationToken stop) =>
        _tasks?.Scores(model, stop) ?? new Dictionary<string, double>();

    /// <summary>Has the passes under disturbances computed by several ranks; null computes them here.</summary>
    public SharedPasses? Shared { get; init; }

    /// <summary>What a rank computes of the passes that another asks it for: a pass by its number, in the phase that is named.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">The seed of its training.</param>
    public Func<string, Func<int, byte[]>> Computing(LanguageModel model, long seed)
    {
        var passes = Passes(model, seed);
        return phase => phase == DisturbedPasses.Answers
            ? number => passes.Answer(number, Answers(model, CancellationToken.None))
            : number => passes.Measure(number, CancellationToken.None);
    }

    private DisturbedPasses Passes(LanguageModel model, long seed) => new(
        new RoutedText(model, AnalysisText.Of(corpus, length, options.PerturbationSequences), batch),
        [.. Perturbations.Of(model, seed), .. options.Ablations ? Perturbations.Ablations(model) : []]);

    private Func<Perturbation?, IReadOnlyDictionary<string, double[]>> Answers(LanguageModel model, CancellationToken stop) =>
        perturbation => _tasks!.Answers(model, perturbation, stop);

    private IReadOnlyList<PerturbationResult> Disturb(LanguageModel model, long seed, CancellationToken stop)
    {
        var passes = Passes(model, seed);
        var results = PerturbationStudy.Run(passes, stop, Shared);
        if (_tasks is null || results.Count == 0)
        {
            return results;
        }

        var answers = passes.AllAnswers(Shared, Answers(model, stop), stop);
        return
        [
            .. results.Zip(
                answers.Skip(1), (result, disturbed) => result with { Tasks = TaskProbe.Differences(disturbed, answers[0]) }),
        ];
    }

    /// <summary>Adds what takes the layers' own inputs: similarity of outputs and weights, and what each block does
    /// to the stream.</summary>
    private IReadOnlyList<BlockAnalysis> Inspect(LanguageModel model, IReadOnlyList<BlockAnalysis> blocks)
    {
        if (blocks.Count == 0)
        {
            return blocks;
        }

        using var scope = NewDisposeScope();
        using var evaluating = new EvaluationMode(model);
        var first = Text.Batches(Math.Max(1, options.OutputTokens / length), model.parameters().First().device).First();
        using var ids_SM = first.Ids_SM;
        using var inputs = LayerInputs.Of(model, first.Inputs_SL);
        var tokens = Math.Min(options.OutputTokens, first.Ids_T.Length);
        var ids_T = first.Inputs_SL.reshape(-1).narrow(0, 0, tokens);
        return
        [
            .. blocks.Zip(model.MoeLayers, inputs.Inputs_TD).Select(block => block.First with
            {
                OutputSimilarity = tokens == 0 ? null : Similarity(block.Second, block.Third.narrow(0, 0, tokens), ids_T),
                WeightSimilarity = WeightFigures.Of(block.Second),
                Update = UpdateMagnitude.Of(inputs.Stream_SLD[block.First.Block], inputs.Stream_SLD[block.First.Block + 1]),
            }),
        ];
    }

    private static double[][]? Similarity(MoeLayer layer, Tensor x_TD, Tensor ids_T)
    {
        using var scope = NewDisposeScope();
        return ExpertOutputs.Of(layer, x_TD, ids_T) is { } outputs_ETD ? OutputSimilarity.Of(outputs_ETD) : null;
    }
}
