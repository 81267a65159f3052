namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Runs held-out text through a model and adds up what its routers do. Nothing of a batch is kept after it.</summary>
internal sealed class RoutingSurvey
{
    private readonly RoutedData _data;
    private readonly IReadOnlyList<BlockStatistics> _blocks;
    private readonly (long Common, long Picks)[] _overlaps;

    /// <summary>Tokens of each domain where there is no block that counts them. Blocks may see different tokens, as those of an encoder and
    /// of a language model do: then a domain's are those of the block that sees most of it.</summary>
    private readonly long[] _dense_D;

    private RoutingSurvey(RoutedData data)
    {
        _data = data;
        _blocks = [.. data.Layers.Select(layer => new BlockStatistics(layer, data.Domains.Count, data.Kinds.Count))];
        _overlaps = new (long, long)[Math.Max(0, _blocks.Count - 1)];
        _dense_D = new long[data.Domains.Count];
    }

    /// <summary>Surveys a model in evaluation mode, and leaves it in the mode that it was in.</summary>
    /// <param name="model">Any model; a dense one has no such blocks.</param>
    /// <param name="text">The text.</param>
    /// <param name="tokenText">A token id as people read it.</param>
    /// <param name="batch">How many sequences go through the model at once.</param>
    /// <param name="seed">The run's seed, for the record.</param>
    /// <param name="stop">Ends the survey between two batches.</param>
    public static CellAnalysis Run(
        LanguageModel model, AnalysisText text, Func<int, string> tokenText, int batch, long seed, CancellationToken stop = default) =>
        Run(new RoutedText(model, text, batch), tokenText, seed, stop);

    /// <summary>As the other overload, on any data.</summary>
    /// <param name="data">The model and its data.</param>
    /// <param name="tokenText">A token id as people read it.</param>
    /// <param name="seed">The run's seed, for the record.</param>
    /// <param name="stop">Ends the survey between two batches.</param>
    public static CellAnalysis Run(RoutedData data, Func<int, string> tokenText, long seed, CancellationToken stop)
    {
        var survey = new RoutingSurvey(data);
        foreach (var next in data.Batches(new MoeContext { Losses = false }))
        {
            stop.ThrowIfCancellationRequested();
            survey.Add(next);
        }

        return survey.Result(tokenText, seed);
    }

    private void Add(RoutedBatch batch)
    {
        var tables =
            batch.Routings.Zip(_data.Layers, (routing, layer) => PickTable.Of(routing, layer.Declaration.RoutableExperts)).ToList();
        for (var block = 0; block < _blocks.Count; block++)
        {
            _blocks[block].Add(batch.Routings[block], tables[block], batch.Ids_T, batch.Domains_T[block], batch.Kinds_T?[block]);
            if (block > 0 && tables[block - 1] is { } before && tables[block] is { } here && before.Tokens == here.Tokens)
            {
                var (common, picks) = LayerOverlap.Count(before, here);
                _overlaps[block - 1] = (_overlaps[block - 1].Common + common, _overlaps[block - 1].Picks + picks);
            }
        }

        foreach (var domain in _blocks.Count == 0 ? batch.Domains_T[0] : [])
        {
            _dense_D[domain]++;
        }
    }

    private CellAnalysis Result(Func<int, string> tokenText, long seed)
    {
        var blocks = _blocks.Zip(_data.BlockNumbers, (block, index) => block.Result(index, tokenText)).ToList();
        var similarity_LL = blocks.Count > 0 && blocks.All(block => block.Picks is not null && block.Share.Count == blocks[0].Share.Count)
            ? LayerSimilarity.Matrix([.. blocks.Select(block => block.Share)])
            : null;
        long[] tokens_D =
            [.. _dense_D.Select((dense, domain) => Math.Max(dense, _blocks.Max(block => (long?)block.Tokens_D[domain]) ?? 0))];
        return new CellAnalysis
        {
            Variant = _data.Name,
            Seed = seed,
            Tokens = tokens_D.Sum(),
            Domains = [.. _data.Domains.Zip(tokens_D, (name, tokens) => new DomainSize(name, tokens))],
            Kinds = _data.Kinds.Count == 0 ? null : _data.Kinds,
            Blocks = blocks,
            LayerSimilarity = similarity_LL,
            UniversalScore = similarity_LL is null ? null : LayerSimilarity.Universal(similarity_LL),
            OptimisticScore = similarity_LL is null ? null : LayerSimilarity.Optimistic(similarity_LL),
            LayerOverlap =
                similarity_LL is null ? [] : [.. _overlaps.Select(pair => pair.Picks == 0 ? 0 : (double)pair.Common / pair.Picks)],
        };
    }
}
