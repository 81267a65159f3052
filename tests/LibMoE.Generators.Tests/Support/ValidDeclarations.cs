using System.Globalization;
using CsCheck;

namespace LibMoE.Generators.Tests.Support;

/// <summary>
/// Right declarations, drawn at random: every gate, with experts of one or several kinds and only with terms and limits that apply to it.
/// What applies is written down here once more, so that a mistake in the generator's own tables is seen.
/// </summary>
internal static class ValidDeclarations
{
    private static readonly string[] FeedForward =
        ["SwiGlu", "GeGlu", "Relu", "Gelu", "ReluSquared", "GeGluTanh", "SiTu", "GeluTanh", "QuickGelu"];
    private static readonly string[] ZeroCompute = ["Zero", "Copy", "Constant"];

    private static readonly string[] LogitTerms =
        ["RouterZLoss", "EntropyBalance", "EntropyBalance:Over.Sequence", "EntropyBalance:Over.Batch"];
    private static readonly string[] LoadTerms =
        ["SwitchBalance", "GlobalBatchBalance", "SequenceBalance", "HeterogeneousBalance", .. LogitTerms];
    private static readonly string[] PositiveTerms = ["Top1Balance", "ImportanceBalance", .. LoadTerms];
    private static readonly string[] BiasTerms =
    [
        "BiasBalance", "BiasBalance:BiasUpdate.Proportional", "BiasBalance:BiasUpdate.Quantile",
    ];

    private static readonly string[] Capacities =
        ["Capacity(1.25)", "Capacity(0.75, Overflow = Overflow.Pad)", "Capacity(0.75, By = CapacityBy.Probability)"];

    private static readonly string[] ChoiceTerms =
        ["DiversityLoss", "SequenceBalance:BalancePicks.Unbiased", .. BiasTerms, .. PositiveTerms];

    /// <summary>One row a gate.</summary>
    private static readonly Row[] Rows =
    [
        new("SoftmaxGate", ChoiceTerms) { IsGrouped = true },
        new("SigmoidGate", ChoiceTerms) { IsGrouped = true },
        new("SqrtSoftplusGate", ChoiceTerms) { IsGrouped = true },
        new("CosineGate", ChoiceTerms) { Options = ["Temperature = 0.5", "LearnTemperature = true"] },
        new("PerturbedCosineGate", ChoiceTerms) { Options = ["Noise = 0.3"] },
        new("XMoeGate", ChoiceTerms) { Required = ["2", "3", "5"], Options = ["Temperature = 0.7"] },
        new("HyperGate", ChoiceTerms) { Required = ["4", "8"], HasRouterBias = false },
        new("ResidualGate", ChoiceTerms),
        new("NoisyTopKGate", ["LoadBalance", "DiversityLoss", .. PositiveTerms]) { Normalizes = false },
        new("SparseMixerGate", ["DiversityLoss", .. PositiveTerms]) { Options = ["Epsilon = 0.2"], Normalizes = false, Drops = false },
        new("TopPGate", PositiveTerms) { Required = ["0.4", "0.85"], Options = ["Normalize = true", "Entropy = 0.1"], Picks = false },
        new("ThresholdGate", PositiveTerms) { Options = ["RouterBias = true", "Jitter = 0.1"], Picks = false },
        new("ReluGate", PositiveTerms) { Required = ["0.3", "0.6"], Picks = false },
        new("TernaryGate", LoadTerms) { Options = ["Reward = 0.2"], Normalizes = false, TakesZeroCompute = false, Drops = false },
        new("ExpertChoiceGate", LogitTerms) { Required = ["1", "0.7", "1.5"], Picks = false },
        new("HashGate", ["DiversityLoss"]) { Options = ["Seed = 7", "Table = true"], IsTrained = false },
        new("HashGate", ["DiversityLoss", .. LogitTerms])
        {
            Required = ["Learned = true", "Learned = true, Table = true, Vocabulary = 40"],
            Options = ["Scale = 1.5"],
            IsTrained = false,
        },
        new("SoftSlotsGate", LogitTerms) { Required = ["1", "2"], Picks = false, TakesZeroCompute = false },
    ];

    /// <summary>A layer's attributes.</summary>
    public static Gen<string> Attributes { get; } = Gen.Long.Select(seed => Draw(new Random((int)(seed ^ (seed >> 32)))));

    private static string Draw(Random random)
    {
        var row = random.GetItems(Rows, 1)[0];
        var isLatent = row.Name != "SoftSlotsGate" && random.Next(6) == 0;
        var (experts, slots) = Experts(random, row, isLatent);
        var k = row.Picks ? random.Next(1, Math.Min(slots, 4) + 1) : 0;
        var isOfEach = row.IsGrouped && slots % 2 == 0 && random.Next(8) == 0;
        var isGrouped = isOfEach || (row.IsGrouped && slots % 2 == 0 && random.Next(3) == 0);
        k = isOfEach ? 2 * Math.Max(k / 2, 1) : k;
        var hasZero = experts.Any(group => group.StartsWith("Experts<Zero>", StringComparison.Ordinal));
        var gate = Gate(random, row, slots, k, isGrouped, isOfEach, hasZero);
        string[] parts =
        [
            .. experts, gate, .. Terms(random, row, slots, k, isGrouped, gate), .. Around(random, row, gate),
            .. isLatent ? [$"LatentExperts({Join(["4", .. Some(random, "Norm = true")])})"] : Array.Empty<string>(),
        ];
        random.Shuffle(parts);
        return string.Join(", ", parts);
    }

    private static (List<string> Groups, int Slots) Experts(Random random, Row row, bool isLatent)
    {
        var (groups, slots) = (new List<string>(), 0);
        for (var group = random.Next(1, 3); group > 0; group--)
        {
            var count = random.Next(2, 5);
            slots += count;
            var kind = random.GetItems(FeedForward, 1)[0];
            groups.Add($"Experts<{kind}>("
                + $"{Join([$"{count}", .. Some(random, "Hidden = 3", "Hidden = 8", "Bias = true"), .. Glu(random, kind)])})");
        }

        if (row.TakesZeroCompute && random.Next(4) == 0)
        {
            var count = random.Next(1, 3);
            slots += count;
            groups.Add($"Experts<{(isLatent ? "Zero" : random.GetItems(ZeroCompute, 1)[0])}>({count})");
        }

        return (groups, slots);
    }

    /// <summary>The options of SwiGLU; bounds that a good part of all numbers are beyond.</summary>
    private static IEnumerable<string> Glu(Random random, string kind)
    {
        if (kind != "SwiGlu" || random.Next(3) > 0)
        {
            return [];
        }

        var clamped = random.Next(2) == 0 ? Some(random, "ClampAfterActivation = true").Append("Limit = 0.8") : [];
        return [.. clamped, .. Some(random, "Slope = 1.702", "UpOffset = 1")];
    }

    private static string Gate(Random random, Row row, int slots, int k, bool isGrouped, bool isOfEach, bool hasZero)
    {
        List<string> options = [.. row.Required.Length > 0 ? random.GetItems(row.Required, 1) : [], .. Some(random, row.Options)];
        if (row.Picks)
        {
            options.Add($"TopK = {k}");
        }

        if (row.IsTrained && row.Picks)
        {
            options.AddRange(Some(random, "Scale = 2.5", "Jitter = 0.1", "InitStd = 0.1"));
            options.AddRange(row.Normalizes ? Some(random, "Normalize = false") : []);
            options.AddRange(row.HasRouterBias ? Some(random, "RouterBias = true") : []);
        }

        if (row.IsGrouped)
        {
            options.AddRange(Some(random, "LogitCap = 2", "ExpertScale = true", "WeighInput = true"));
            options.AddRange(hasZero && !options.Contains("Normalize = false") ? Some(random, "SkipZero = true") : []);
            options.AddRange(!isGrouped && random.Next(4) == 0 ? ["Sinkhorn = true"] : Array.Empty<string>());
        }

        if (isGrouped)
        {
            options.Add("Groups = 2");
            options.AddRange(isOfEach
                ? [$"PicksPerGroup = {k / 2}"]
                : Some(random, "GroupValue = GroupValue.Sum", "GroupValue = GroupValue.TopTwo", "GroupValue = GroupValue.Largest")
                    .Append($"TopGroups = {(k > slots / 2 ? 2 : random.Next(1, 3))}"));
        }

        return $"{row.Name}({Join(options)})";
    }

    private static IEnumerable<string> Terms(Random random, Row row, int slots, int k, bool isGrouped, string gate)
    {
        // One bias at most.
        var terms = random.GetItems(row.Terms, random.Next(4)).Where(Applies)
            .GroupBy(term => term.StartsWith("Bias", StringComparison.Ordinal) ? "Bias" : term);
        foreach (var term in terms.Select(same => same.First()))
        {
            var words = term.Split(':');
            var coefficient = (random.Next(1, 20) / 20.0).ToString(CultureInfo.InvariantCulture);
            var option = words.Length == 1 ? [] : new[] { $"{Option(words[1])} = {words[1]}" };
            var moves = term.StartsWith("Bias", StringComparison.Ordinal) && !term.EndsWith("Quantile", StringComparison.Ordinal);
            var more = moves ? Some(random, "Centered = true", "FeedForwardOnly = true", "FreezeAfter = 50") : [];
            yield return $"{words[0]}({Join([coefficient, .. option, .. more])})";
        }

        static string Option(string value) =>
            value.Split('.')[0] switch { "BalancePicks" => "Picks", "BiasUpdate" => "Update", var name => name };

        // One output differs from no other; and where all are picked, there is no chance of being picked.
        bool Applies(string term) => term switch
        {
            "DiversityLoss" => k > 1,
            "LoadBalance" => k < slots,
            "ImportanceBalance" => !gate.Contains("ExpertScale", StringComparison.Ordinal),
            _ when term.StartsWith("Bias", StringComparison.Ordinal) && gate.Contains("Sinkhorn", StringComparison.Ordinal) => false,
            "BiasBalance:BiasUpdate.Quantile" => k < slots && !isGrouped,
            _ => true,
        };
    }

    private static IEnumerable<string> Around(Random random, Row row, string gate)
    {
        if (random.Next(3) == 0)
        {
            var hasSum = (row.Name is "SigmoidGate" or "SqrtSoftplusGate") && !gate.Contains("Normalize = false", StringComparison.Ordinal);
            IEnumerable<string> options = random.Next(4) switch
            {
                0 => ["Gated = true"],
                1 => ["Mixed = true"],
                2 when hasSum => ["InRouterSum = true"],
                _ => Some(random, "Scale = 0.5"),
            };
            var kind = random.GetItems(FeedForward, 1)[0];
            yield return $"SharedExperts<{kind}>("
                + $"{Join([$"{random.Next(1, 3)}", .. Some(random, "Hidden = 4", "Bias = true"), .. options, .. Glu(random, kind)])})";
        }

        if (row.Picks && random.Next(6) == 0)
        {
            yield return random.GetItems(Capacities, 1)[0];
        }

        if (row.Picks && row.Drops && row.IsTrained && random.Next(8) == 0)
        {
            yield return "ExpertDropout(0.2)";
        }
    }

    /// <summary>Each with a chance of one third, and no option twice.</summary>
    private static IEnumerable<string> Some(Random random, params string[] options) =>
        [.. options.Where(_ => random.Next(3) == 0).GroupBy(option => option.Split(' ')[0]).Select(same => same.First())];

    private static string Join(IEnumerable<string> arguments) => string.Join(", ", arguments);

    /// <summary>What may stand beside a gate, and in its brackets.</summary>
    private sealed record Row(string Name, string[] Terms)
    {
        public string[] Required { get; init; } = [];

        public string[] Options { get; init; } = [];

        public bool Picks { get; init; } = true;

        public bool Normalizes { get; init; } = true;

        public bool IsGrouped { get; init; }

        public bool IsTrained { get; init; } = true;

        public bool HasRouterBias { get; init; } = true;

        public bool TakesZeroCompute { get; init; } = true;

        public bool Drops { get; init; } = true;
    }
}
