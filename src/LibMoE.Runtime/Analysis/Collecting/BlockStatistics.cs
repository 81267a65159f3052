using LibMoE.Runtime.Analysis.Metrics;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Adds up one MoE block's routing, call by call. Its memory follows E², the domains and the vocabulary,
/// not the length of the text.</summary>
/// <param name="layer">The block's layer.</param>
/// <param name="domains">How many domains tokens are of.</param>
/// <param name="kinds">How many kinds of examples; 0 for none.</param>
internal sealed class BlockStatistics(MoeLayer layer, int domains, int kinds = 0)
{
    private const int TopTokens = 12;
    private readonly int _experts = layer.Declaration.RoutableExperts;
    private readonly long[][] _together_EE = CoActivation.Empty(layer.Declaration.RoutableExperts);
    private readonly long[][] _counts_DE = [.. Enumerable.Range(0, domains).Select(_ => new long[layer.Declaration.RoutableExperts])];
    private readonly long[][] _counts_KE = [.. Enumerable.Range(0, kinds).Select(_ => new long[layer.Declaration.RoutableExperts])];
    private readonly long[] _tokens_D = new long[domains];
    private readonly double[] _mass_E = new double[layer.Declaration.RoutableExperts];
    private readonly Dictionary<int, long[]> _counts_XE = [];
    private readonly RunningMean _entropyNats = new();
    private readonly RunningMean _entropy = new();
    private readonly RunningMean _marginOnWeights = new();
    private readonly RunningMean _marginOnScores = new();
    private readonly RunningMean _tokenPerplexity = new();
    private RoutingKind _kind;
    private bool _picks;
    private long _dropped;

    /// <summary>Adds one call.</summary>
    /// <param name="routing">What the layer returned.</param>
    /// <param name="picks">Its picks on the host; null where the gate has none.</param>
    /// <param name="ids_T">The token ids; null where tokens have none.</param>
    /// <param name="domains_T">Each token's domain; −1 for padding, which is not counted.</param>
    /// <param name="kinds_T">The kind of example that each token is of, −1 for none; null without kinds.</param>
    public void Add(
        Routing routing, PickTable? picks, int[]? ids_T, IReadOnlyList<int> domains_T, IReadOnlyList<int>? kinds_T = null)
    {
        foreach (var domain in domains_T.Where(domain => domain >= 0))
        {
            _tokens_D[domain]++;
        }

        _kind = routing.Kind;
        _picks |= picks is not null;
        if (picks is not null)
        {
            Count(picks, ids_T, domains_T);
            CountKinds(picks, kinds_T);
            _dropped += DroppedPicks.Of(layer.Declaration, picks);
            CoActivation.Add(_together_EE, picks);
            WeightEntropy.Add(picks, _entropyNats, _entropy);
            RouterMargin.Add(picks, _marginOnWeights);
        }

        foreach (var scores_E in ScoreRows.Of(routing, _experts))
        {
            if (scores_E.AsSpan().ContainsAnyExcept(0.0))
            {
                _tokenPerplexity.Add(RelativePerplexity.OfScores(scores_E));
                _marginOnScores.Add(_experts > 1 ? RouterMargin.OfScores(scores_E) : 1);
            }

            for (var expert = 0; picks is null && expert < _experts; expert++)
            {
                _mass_E[expert] += scores_E[expert];
            }
        }
    }

    /// <summary>Tokens of each domain.</summary>
    public IReadOnlyList<long> Tokens_D => _tokens_D;

    /// <summary>The figures of everything that was added.</summary>
    /// <param name="block">The block's index in the model.</param>
    /// <param name="text">A token id as people read it.</param>
    public BlockAnalysis Result(int block, Func<int, string> text)
    {
        var names = ExpertNames.Of(layer.Declaration);
        if (!_picks)
        {
            var total = _mass_E.Sum();
            return new BlockAnalysis
            {
                Block = block,
                Kind = _kind,
                Experts = names,
                Share = [.. _mass_E.Select(mass => total == 0 ? 0 : mass / total)],
                RelativePerplexity = Math.Exp(Entropy.Of(_mass_E)) / _experts,
                TokenPerplexity = _tokenPerplexity.Value,
                MarginOnScores = _marginOnScores.Value,
            };
        }

        var counts_E = Enumerable.Range(0, _experts).Select(expert => _counts_DE.Sum(row => row[expert])).ToArray();
        return new BlockAnalysis
        {
            Block = block,
            Kind = _kind,
            Experts = names,
            Picks = counts_E,
            Dropped = _dropped,
            Share = ExpertShare.Of(counts_E),
            LoadViolation = LoadViolation.Of(counts_E),
            RelativePerplexity = RelativePerplexity.Of(counts_E),
            TokenPerplexity = _tokenPerplexity.Value,
            Dead = DeadExperts.Of(counts_E),
            JainIndex = JainIndex.Of(counts_E),
            LoadCv = CoefficientOfVariation.Of(counts_E),
            AllocationEntropy = AllocationEntropy.Of(counts_E),
            WeightEntropy = _entropy.Value,
            WeightEntropyNats = _entropyNats.Value,
            MarginOnWeights = _marginOnWeights.Value,
            MarginOnScores = _marginOnScores.Value,
            CoActivation = CoActivation.Of(_together_EE),
            DomainShare = DomainSpecialization.Shares(_counts_DE),
            DomainInformation = DomainSpecialization.PointwiseInformation(_counts_DE),
            MutualInformation = DomainSpecialization.Information(_counts_DE),
            KindPicks = _counts_KE.Any(counts => counts.Any(count => count > 0)) ? _counts_KE : null,
            TopTokens = _counts_XE.Count == 0 ? null : Top(text),
        };
    }

    private void CountKinds(PickTable picks, IReadOnlyList<int>? kinds_T)
    {
        for (var token = 0; kinds_T is not null && token < picks.Tokens; token++)
        {
            foreach (var expert in picks.Picks(token))
            {
                if (kinds_T[token] >= 0 && expert >= 0)
                {
                    _counts_KE[kinds_T[token]][expert]++;
                }
            }
        }
    }

    private void Count(PickTable picks, int[]? ids_T, IReadOnlyList<int> domains_T)
    {
        for (var token = 0; token < picks.Tokens; token++)
        {
            if (domains_T[token] < 0)
            {
                continue;
            }

            long[]? counts_E = null;
            if (ids_T is not null && !_counts_XE.TryGetValue(ids_T[token], out counts_E))
            {
                _counts_XE[ids_T[token]] = counts_E = new long[_experts];
            }

            foreach (var expert in picks.Picks(token))
            {
                if (expert >= 0)
                {
                    _counts_DE[domains_T[token]][expert]++;
                    if (counts_E is not null)
                    {
                        counts_E[expert]++;
                    }
                }
            }
        }
    }

    /// <summary>An id must have been picked for as often as there are experts, so that a share above 1/E can be
    /// distinguished from chance.</summary>
    private TopToken[][] Top(Func<int, string> text) =>
    [
        .. TokenSpecialization.Top(_counts_XE, _experts, TopTokens, least: Math.Max(8, _experts))
            .Select(tokens => tokens
                .Select(token => new TopToken(token.Id, text(token.Id), token.Count, token.Share, token.PointwiseInformation)).ToArray()),
    ];
}
