namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>An analysis with everything in it, made of random routing.</summary>
internal static class SampleAnalysis
{
    private static readonly string[] Domains = ["System", "System.Text", "System.IO", "System.Net"];

    private static readonly string[] Words =
        ["The", " array", " of", " bytes", " to", " write", ".", "\n", " <b>", " \"x\"", " Gets", " a"];

    public static CellAnalysis Of(string variant, long seed, int blocks = 2, int experts = 8, int points = 5, int[]? numbers = null)
    {
        var random = new Random(100 * variant.Length + (int)seed);
        double[] Share()
        {
            var mass = Enumerable.Range(0, experts).Select(expert => expert == experts - 1 ? 0 : random.NextDouble() + 0.2).ToArray();
            return [.. mass.Select(one => one / mass.Sum())];
        }

        int Number(int block) => numbers?[block] ?? block;
        double[][] Matrix(int rows) => [.. Enumerable.Range(0, rows).Select(_ => Share())];
        string[] names = [.. Enumerable.Range(0, experts).Select(expert => $"SwiGlu {expert}")];
        return new CellAnalysis
        {
            Variant = variant,
            Seed = seed,
            Tokens = 4000,
            Domains = [.. Domains.Select(name => new DomainSize(name, 1000))],
            Blocks =
            [
                .. Enumerable.Range(0, blocks).Select(block =>
                {
                    var (share, domains) = (Share(), Matrix(Domains.Length));
                    long[] picks = [.. share.Select(one => (long)(8000 * one))];
                    return new BlockAnalysis
                    {
                        Block = Number(block),
                        Kind = RoutingKind.TokenChoice,
                        Experts = names,
                        Picks = picks,
                        Share = share,
                        LoadViolation = LoadViolation.Of(picks),
                        RelativePerplexity = RelativePerplexity.Of(picks),
                        Dead = [experts - 1],
                        JainIndex = JainIndex.Of(picks),
                        LoadCv = CoefficientOfVariation.Of(picks),
                        AllocationEntropy = AllocationEntropy.Of(picks),
                        WeightEntropy = 0.8,
                        MarginOnScores = 0.1,
                        CoActivation = Matrix(experts),
                        OutputSimilarity = Matrix(experts),
                        DomainShare = domains,
                        DomainInformation = [.. domains.Select(row => row
                            .Select((one, expert) => share[expert] == 0 ? (double?)null : Math.Log(one / share[expert])).ToArray())],
                        MutualInformation = 0.02,
                        TopTokens =
                            [.. names.Select(_ => Words.Take(3).Select((word, id) => new TopToken(id, word, 40, 0.5, 1.2)).ToArray())],
                    };
                }),
            ],
            LayerSimilarity = Matrix(blocks),
            UniversalScore = 0.7,
            OptimisticScore = 0.8,
            Training =
            [
                .. Enumerable.Range(1, points).Select(point => new TrainingPoint
                {
                    Step = 10 * point,
                    Fraction = (double)point / points,
                    Loss = 3.0 / point,
                    Blocks =
                    [
                        .. Enumerable.Range(0, blocks).Select(_ => new BlockPoint
                        {
                            Share = Share(),
                            ChangeRateBySets = point == 1 ? null : 0.5 / point,
                            ChangeRateBySlots = point == 1 ? null : 0.6 / point,
                            SaturationTop1 = (double)point / points,
                            SaturationTopK = Math.Sqrt((double)point / points),
                        }),
                    ],
                    Drift = point == 1 ? [] : new Dictionary<string, double?> { ["router"] = 0.3 / point, ["experts"] = 0.1 / point },
                }),
            ],
            Perturbations =
            [
                .. new (string Name, double? Value)[] { ("DropTop1", null), ("Temperature", 0.5), ("TopK", 1), ("Random", null) }
                    .Select(one => new PerturbationResult
                    {
                        Name = one.Name, Value = one.Value, Loss = 3, Difference = random.NextDouble(), StandardError = 0.05
                    }),
                .. from block in Enumerable.Range(0, blocks)
                   from expert in Enumerable.Range(0, experts)
                   select new PerturbationResult
                   {
                       Name = "Ablate", Block = Number(block), Expert = expert, Loss = 3, Difference = 0.02 * random.NextDouble(),
                       StandardError = 0.01,
                   },
            ],
            Texts =
            [
                .. Domains.Take(2).Select(title => new TextTrace
                {
                    Title = title,
                    Tokens = [.. Enumerable.Range(0, 60).Select(_ => Words[random.Next(Words.Length)])],
                    Blocks =
                    [
                        .. Enumerable.Range(0, blocks).Select(block => new BlockTrace(
                            Number(block),
                            [.. Enumerable.Range(0, 60).Select(_ => new[] { random.Next(experts), random.Next(experts) })],
                            [.. Enumerable.Range(0, 60).Select(_ => new[] { 0.7, 0.3 })])),
                    ],
                }),
            ],
        };
    }
}
