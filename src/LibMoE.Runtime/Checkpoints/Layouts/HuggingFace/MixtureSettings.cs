namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>Reads what a <c>config.json</c> says of its mixture.</summary>
internal static class MixtureSettings
{
    /// <summary>The mixture.</summary>
    /// <exception cref="StorageException">The file does not state what it must, or states nonsense.</exception>
    public static MixtureDescription Of(HuggingFaceConfig config, MixtureNames names)
    {
        var (hidden, picks) = (config.Int(names.HiddenKey), config.IntOfAll(names.TopKKey));
        var shared = names.SharedKey switch
        {
            SharedKey.Width => config.Int(names.SharedSetting, names.SharedAbsent),
            SharedKey.Count => config.Int(names.SharedSetting, names.SharedAbsent) * hidden,
            SharedKey.One => hidden,
            _ => 0,
        };
        var normalize = (names.NormalizeKey is not { } key || config.Bool(key, names.Normalize)) && (names.NormalizesOne || picks > 1);
        var limits = names.Groups && (names.GroupedMethod is not { } method || config.Text("topk_method", "greedy") == method);
        var groups = limits ? config.Int("n_group", 1) : 1;
        var topGroups = groups > 1 ? config.Int("topk_group") : 1;
        var grouped = groups > 1 && topGroups != groups;
        var gated = shared > 0 && names.SharedGate is not null;
        var mixture = new MixtureDescription(config.IntOfAll(names.ExpertsKey), hidden, picks, normalize, shared, gated)
        {
            Score = names.Score,
            Scale = names.ScaleKey is { } scale ? config.Double(scale, names.Scale) : 1,
            ScoreBias = names.ScoreBias.Count > 0,
            RouterBias = names.RouterBias is not null,
            Groups = grouped ? groups : 0,
            TopGroups = grouped ? topGroups : 0,
            GroupValue = grouped ? names.GroupValue : GroupValue.Default,
            MaskByZero = grouped && names is { Mask: GroupMask.Zero, ScoreBias.Count: > 0 },
            Bias = names.Stack.Bias,
            Limit = names.Clamp is { } clamp ? config.Double(clamp.LimitKey, clamp.Limit) : 0,
            Slope = names.Clamp is { } sloped ? config.Double(sloped.SlopeKey, sloped.Slope) : 1,
            UpOffset = names.Clamp?.UpOffset ?? 0,
        };
        return mixture is { Experts: >= 1 and <= 1_000_000, Hidden: >= 1, TopK: >= 1, SharedHidden: >= 0 }
            && mixture.TopK <= mixture.Experts
            && (!grouped || (mixture.Experts % groups == 0 && topGroups >= 1 && topGroups < groups))
            ? mixture
            : throw HuggingFaceBackbone.Nonsense(config, $"it states {mixture}");
    }

    /// <summary>The numbers of the blocks with a mixture.</summary>
    /// <exception cref="StorageException">The file states nonsense.</exception>
    public static List<int> Blocks(HuggingFaceConfig config, MixtureNames names, int layers) =>
        [.. Enumerable.Range(0, layers).Where(Rule(config, names, layers))];

    private static Func<int, bool> Rule(HuggingFaceConfig config, MixtureNames names, int layers)
    {
        switch (names.Blocks)
        {
            case MixtureBlocks.NotListed:
                var (listed, step) = (config.Ints("mlp_only_layers"), Math.Max(1, config.Int("decoder_sparse_step", 1)));
                return block => !listed.Contains(block) && (block + 1) % step == 0;
            case MixtureBlocks.AfterFirst:
                var (dense, every) = (config.Int("first_k_dense_replace", names.FirstDense), Math.Max(1, config.Int("moe_layer_freq", 1)));
                return block => block >= dense && block % every == 0;
            case MixtureBlocks.Typed when config.Texts("mlp_layer_types") is { Count: > 0 } types:
                return types.Count == layers && types.All(type => type is "dense" or "sparse")
                    ? block => types[block] == "sparse"
                    : throw HuggingFaceBackbone.Nonsense(
                        config,
                        $"mlp_layer_types is {config.Raw("mlp_layer_types")}; it must be dense or sparse for each of {layers} layers");
            case MixtureBlocks.Typed:
                var first = config.Int("first_k_dense_replace", names.FirstDense);
                return block => block >= first;
            case MixtureBlocks.Between:
                var (start, end) = (config.Int("moe_layer_start_index", names.FirstDense), config.Int("moe_layer_end_index", -1));
                var interval = Math.Max(1, config.Int("moe_layer_interval", 1));
                return block => (block + 1) % interval == 0 && block >= start && (end == -1 || block <= end);
            default:
                return _ => true;
        }
    }
}
