using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Runs held-out text through a model and adds up what its routers do. Nothing of a batch is kept after it.</summary>
internal sealed class RoutingSurvey
{
    private readonly LanguageModel _model;
    private readonly IReadOnlyList<BlockStatistics> _blocks;
    private readonly (long Common, long Picks)[] _overlaps;
    private readonly long[] _domainTokens;
    private readonly AnalysisText _text;

    private RoutingSurvey(LanguageModel model, AnalysisText text)
    {
        (_model, _text) = (model, text);
        _blocks = [.. model.MoeLayers.Select(layer => new BlockStatistics(layer, text.Domains.Count))];
        _overlaps = new (long, long)[Math.Max(0, _blocks.Count - 1)];
        _domainTokens = new long[text.Domains.Count];
    }

    /// <summary>Surveys a model in evaluation mode, and leaves it in the mode that it was in.</summary>
    /// <param name="model">Any model; a dense one has no such blocks.</param>
    /// <param name="text">The text.</param>
    /// <param name="tokenText">A token id as people read it.</param>
    /// <param name="batch">How many sequences go through the model at once.</param>
    /// <param name="seed">The run's seed, for the record.</param>
    /// <param name="stop">Ends the survey between two batches.</param>
    public static CellAnalysis Run(
        LanguageModel model, AnalysisText text, Func<int, string> tokenText, int batch, long seed, CancellationToken stop = default)
    {
        var survey = new RoutingSurvey(model, text);
        using var evaluating = new EvaluationMode(model);
        foreach (var next in text.Batches(batch, model.parameters().First().device))
        {
            stop.ThrowIfCancellationRequested();
            survey.Add(next);
        }

        return survey.Result(tokenText, seed);
    }

    private void Add(AnalysisBatch batch)
    {
        using var scope = NewDisposeScope();
        using var ids_SM = batch.Ids_SM;
        var output = _model.forward(batch.Inputs_SL, new MoeContext { Losses = false });
        var tables =
            output.Routings.Zip(_model.MoeLayers, (routing, layer) => PickTable.Of(routing, layer.Declaration.RoutableExperts)).ToList();
        for (var block = 0; block < _blocks.Count; block++)
        {
            _blocks[block].Add(output.Routings[block], tables[block], batch.Ids_T, batch.Domains_T);
            if (block > 0 && tables[block - 1] is { } before && tables[block] is { } here)
            {
                var (common, picks) = LayerOverlap.Count(before, here);
                _overlaps[block - 1] = (_overlaps[block - 1].Common + common, _overlaps[block - 1].Picks + picks);
            }
        }

        foreach (var domain in batch.Domains_T)
        {
            _domainTokens[domain]++;
        }
    }

    private CellAnalysis Result(Func<int, string> tokenText, long seed)
    {
        var indices = Enumerable.Range(0, _model.Config.Layers).Where(_model.Config.IsMoeBlock);
        var blocks = _blocks.Zip(indices, (block, index) => block.Result(index, tokenText)).ToList();
        var similarity_LL = blocks.Count > 0 && blocks.All(block => block.Picks is not null)
            ? LayerSimilarity.Matrix([.. blocks.Select(block => block.Share)])
            : null;
        return new CellAnalysis
        {
            Variant = _model.Name,
            Seed = seed,
            Tokens = _domainTokens.Sum(),
            Domains = [.. _text.Domains.Zip(_domainTokens, (name, tokens) => new DomainSize(name, tokens))],
            Blocks = blocks,
            LayerSimilarity = similarity_LL,
            UniversalScore = similarity_LL is null ? null : LayerSimilarity.Universal(similarity_LL),
            OptimisticScore = similarity_LL is null ? null : LayerSimilarity.Optimistic(similarity_LL),
            LayerOverlap =
                similarity_LL is null ? [] : [.. _overlaps.Select(pair => pair.Picks == 0 ? 0 : (double)pair.Common / pair.Picks)],
        };
    }
}
