using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>The settings of a model in a GGUF file's metadata, written and read.</summary>
internal static class GgufSettings
{
    /// <summary>Our own: the file of a model whose channels stand in another order here than there says so, so that it comes back bit for
    /// bit.</summary>
    private const string Layout = "libmoe.rotary_layout";

    private const int MostBlocks = 10_000;

    private static readonly string[] Known =
    [
        "block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size", "expert_count", "expert_used_count",
        "expert_feed_forward_length", "expert_shared_count", "expert_gating_func", "expert_weights_norm", "expert_weights_scale",
        "leading_dense_block_count", "attention.head_count", "attention.head_count_kv", "attention.layer_norm_rms_epsilon",
        "attention.key_length", "attention.value_length", "attention.sliding_window", "rope.dimension_count", "rope.freq_base",
        "rope.scaling.type", "rope.scaling.factor", "rope.scaling.original_context_length", "rope.scaling.finetuned",
    ];

    /// <summary>The settings of a model.</summary>
    public static IEnumerable<(string Name, GgufValue Value)> Write(GgufFamily family, ModelConfig model, MixtureDescription? mixture)
    {
        yield return Of("block_count", model.Layers);
        yield return Of("context_length", model.Context);
        yield return Of("embedding_length", model.Dim);
        yield return Of("feed_forward_length", family.StatesExpertWidth || mixture is null ? model.Hidden : mixture.Hidden);
        yield return Of("vocab_size", model.Vocabulary);
        yield return Of("attention.head_count", model.Heads);
        yield return (Name("attention.layer_norm_rms_epsilon"), GgufValue.Of(model.NormEpsilon));
        foreach (var (name, value) in family.IsLatent ? GgufLatents.Write(model) : Heads(model))
        {
            yield return (Name(name), value);
        }

        yield return Of("rope.dimension_count", model.RotaryChannels);
        yield return (Name("rope.freq_base"), GgufValue.Of(model.RotaryBase));
        foreach (var setting in model.RotaryScaling is { } scaling ? GgufRotary.Write(family, scaling) : [])
        {
            yield return setting;
        }

        if (family.HasWindows)
        {
            // llama.cpp wants one in any case; one of the whole context shuts nothing out.
            yield return Of("attention.sliding_window", Math.Min(model.Window ?? model.Context, model.Context));
        }

        if (model.RotaryLayout != family.UsualLayout)
        {
            yield return (Layout, GgufValue.Of(model.RotaryLayout.ToString()));
        }

        foreach (var setting in mixture is null ? [] : Mixture(mixture))
        {
            yield return setting;
        }

        string Name(string name) => $"{family.Architecture}.{name}";

        (string, GgufValue) Of(string name, int value) => (Name(name), GgufValue.Of(value));

        IEnumerable<(string, GgufValue)> Mixture(MixtureDescription mixture)
        {
            yield return Of("expert_count", mixture.Experts);
            yield return Of("expert_used_count", mixture.TopK);
            yield return Of("expert_gating_func", (int)(family.WeighsPicks ? Gating.SoftmaxOfPicks : GatingOf(mixture.Score)));
            yield return (Name("expert_weights_norm"), GgufValue.Of(mixture.Normalize));
            yield return (Name("expert_weights_scale"), GgufValue.Of(mixture.Scale));
            if (family.StatesExpertWidth)
            {
                yield return Of("expert_feed_forward_length", mixture.Hidden);
            }

            if (family.HasDenseBlocks)
            {
                yield return Of("leading_dense_block_count", model.Layers - model.MoeBlockNumbers.Count);
                yield return Of("expert_shared_count", mixture.SharedHidden / mixture.Hidden);
            }

            if (mixture.Groups > 0)
            {
                yield return Of("expert_group_count", mixture.Groups);
                yield return Of("expert_group_used_count", mixture.TopGroups);
            }
        }
    }

    private static IEnumerable<(string Name, GgufValue Value)> Heads(ModelConfig model) =>
    [
        ("attention.head_count_kv", GgufValue.Of(model.KeyValueHeadCount)),
        ("attention.key_length", GgufValue.Of(model.HeadWidth)),
        ("attention.value_length", GgufValue.Of(model.HeadWidth)),
    ];

    private static Gating GatingOf(RouterScore score) => score == RouterScore.Sigmoid ? Gating.Sigmoid : Gating.Softmax;

    /// <summary>The family, backbone and mixture that a file describes.</summary>
    /// <exception cref="ConfigurationException">The architecture, or a setting of it, cannot be loaded; the message names it.</exception>
    /// <exception cref="StorageException">The file does not state what it must, or states nonsense.</exception>
    public static (GgufFamily Family, ModelConfig Model, MixtureDescription? Mixture) Read(GgufFile file)
    {
        var stated = file.Header.Metadata;
        var (architecture, prefix) = (stated.Architecture, stated.Architecture + ".");
        var isMixture = stated.Int(prefix + "expert_count", 0) > 0;
        var gating = (Gating)stated.Int(prefix + "expert_gating_func", (int)Gating.Softmax);
        var rows = GgufFamily.All.Where(
            row => row.Architecture == architecture && row.Counterpart.Mixture is not null == isMixture).ToList();
        var family = rows.Find(row => row.Counterpart.Mixture is null || GatingOf(row.Counterpart.Mixture.Score) == gating)
            ?? rows.FirstOrDefault()
            ?? throw new ConfigurationException(
                $"{stated.Path}: the architecture {stated.Raw("general.architecture")}{(isMixture ? " with experts" : "")} is not known; "
                    + $"these can be loaded: {string.Join(", ", GgufFamily.All.Select(row => row.Architecture).Distinct())}.");
        ConfigurationException.ThrowIfAny(Problems(stated, prefix, family));
        var mixture = isMixture ? Describe(stated, prefix, family) : null;
        var model = Backbone(file, prefix, family, mixture);
        if (family.HasDenseBlocks && model.Layers is >= 1 and <= MostBlocks)
        {
            model = WithDenseBlocks(model, stated, prefix);
        }

        return model.Layers is >= 1 and <= MostBlocks && model.Problems() is { Count: 0 }
            ? (family, model, mixture)
            : throw Nonsense(
                stated, model.Layers > MostBlocks ? $"{prefix}block_count is {model.Layers}" : string.Join(" ", model.Problems()));
    }

    private static ModelConfig Backbone(GgufFile file, string prefix, GgufFamily family, MixtureDescription? mixture)
    {
        var stated = file.Header.Metadata;
        var heads = stated.Int(prefix + "attention.head_count");
        var context = stated.Int(prefix + "context_length");
        var window = stated.Int(prefix + "attention.sliding_window", family.HasWindows ? null : 0);
        var latent = family.IsLatent ? GgufLatents.Read(stated, prefix) : null;
        var (scaling, scale) = latent is null
            ? (GgufRotary.Read(family, stated, prefix), null)
            : GgufLatents.Yarn(stated, prefix, latent);
        var model = new ModelConfig
        {
            Vocabulary = (int)(file.Find(GgufTensors.Embedding)?.Shape[0]
                ?? throw new StorageException(stated.Path, StorageCause.Damaged, $"{stated.Path} has no tensor {GgufTensors.Embedding}")),
            Dim = stated.Int(prefix + "embedding_length"),
            Layers = stated.Int(prefix + "block_count"),
            Heads = heads,
            KeyValueHeads = family.IsLatent ? null : stated.Int(prefix + "attention.head_count_kv", heads),
            HeadDim = stated.Has(prefix + "attention.key_length") && !family.IsLatent ? stated.Int(prefix + "attention.key_length") : null,
            LatentAttention = latent,
            AttentionScale = scale,
            Hidden = mixture?.Hidden ?? stated.Int(prefix + "feed_forward_length"),
            Context = window > 0 && !family.HasWindows ? Math.Min(window, context) : context,
            NormEpsilon = stated.Double(prefix + "attention.layer_norm_rms_epsilon"),
            RotaryBase = stated.Double(prefix + "rope.freq_base", family.Counterpart.RotaryBase),
            RotaryScaling = scaling,
            RotaryLayout = Enum.TryParse<RotaryLayout>(stated.Text(Layout, family.UsualLayout.ToString()), out var layout)
                ? layout : throw Nonsense(stated, $"{Layout} is {stated.Raw(Layout)}"),
            TieEmbeddings = file.Find(GgufTensors.Head) is null,
            AttentionBias = family.Counterpart.Bias,
            AttentionOutputBias = family.Counterpart is { Bias: true, OutputBias: true },
            AttentionSinks = family.Counterpart.Sinks,
            QueryKeyNorm = family.Counterpart.HeadNorm != HeadNorm.None,
            QueryKeyNormAcrossHeads = family.Counterpart.HeadNorm == HeadNorm.AcrossHeads,
        };
        return family.HasWindows && window > 0 && window < context && model.Layers is >= 1 and <= MostBlocks
            ? model with { Window = window, WindowBlocks = model.Layers == 1 ? null : [.. GgufFamily.EverySecond(model.Layers)] }
            : model;
    }

    private static MixtureDescription Describe(GgufMetadata stated, string prefix, GgufFamily family)
    {
        var hidden = stated.Int(prefix + (family.StatesExpertWidth ? "expert_feed_forward_length" : "feed_forward_length"));
        var names = family.Counterpart.Mixture!;
        var (groups, top) = (stated.Int(prefix + "expert_group_count", 1), stated.Int(prefix + "expert_group_used_count", 1));
        var scale = stated.Double(prefix + "expert_weights_scale", 1);
        var mixture = new MixtureDescription(
            stated.Int(prefix + "expert_count"), hidden, stated.Int(prefix + "expert_used_count"),
            family.Normalizes ?? stated.Bool(prefix + "expert_weights_norm", false),
            family.HasDenseBlocks ? hidden * stated.Int(prefix + "expert_shared_count", 0) : 0)
        {
            Score = names.Score,
            Scale = scale == 0 ? 1 : scale,
            ScoreBias = names.ScoreBias.Count > 0,
            RouterBias = names.RouterBias is not null,
            Bias = names.Stack.Bias,
            Limit = names.Clamp?.Limit ?? 0,
            Slope = names.Clamp?.Slope ?? 1,
            UpOffset = names.Clamp?.UpOffset ?? 0,
            Groups = top < groups ? groups : 0,
            TopGroups = top < groups ? top : 0,
            GroupValue = top < groups ? GroupValue.TopTwo : GroupValue.Default,
        };
        return mixture is { Experts: >= 1 and <= 1_000_000, Hidden: >= 1, TopK: >= 1, SharedHidden: >= 0 }
            && mixture.TopK <= mixture.Experts && groups >= 1 && top >= 1 && mixture.Experts % groups == 0
            ? mixture
            : throw Nonsense(stated, $"it states {mixture}");
    }

    private static ModelConfig WithDenseBlocks(ModelConfig model, GgufMetadata stated, string prefix)
    {
        var first = stated.Int(prefix + "leading_dense_block_count", 0);
        return first <= 0 || first >= model.Layers ? model : model with
        {
            Hidden = stated.Int(prefix + "feed_forward_length"),
            MoeBlocks = [.. Enumerable.Range(first, model.Layers - first)],
        };
    }

    /// <summary>Settings that change the forward pass in a way that is not there. A setting of the architecture that is not known could,
    /// and is refused by name.</summary>
    private static List<string> Problems(GgufMetadata stated, string prefix, GgufFamily family)
    {
        var problems = new List<string>();
        foreach (var name in stated.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)
            && !Known.Contains(name[prefix.Length..]) && !(family.IsLatent && GgufLatents.Known.Contains(name[prefix.Length..]))))
        {
            problems.Add($"{stated.Path}: {name} is {stated.Raw(name)}; it is not known here what that changes.");
        }

        string[] scalings = family.IsLatent ? ["none", "yarn"] : ["none", "linear", "yarn"];
        Refuse(!scalings.Contains(GgufRotary.TypeOf(stated, prefix)), "rope.scaling.type", string.Join(" or ", scalings));
        if (family.IsLatent)
        {
            var gating = (Gating)stated.Int(prefix + "expert_gating_func", (int)Gating.Softmax);
            Refuse(gating is not (Gating.Softmax or Gating.Sigmoid), "expert_gating_func", "1, softmax, or 2, sigmoid");
            return problems;
        }

        var width = stated.Int(prefix + "attention.key_length", 0);
        Refuse(stated.Int(prefix + "attention.value_length", width) != width, "attention.value_length", "that of the keys");
        var head = width > 0 ? width : stated.Int(prefix + "embedding_length") / Math.Max(1, stated.Int(prefix + "attention.head_count"));
        Refuse(stated.Int(prefix + "rope.dimension_count", head) != head, "rope.dimension_count", $"{head}, the width of a head");
        var gates = (Gating)stated.Int(prefix + "expert_gating_func", (int)Gating.Softmax);
        Refuse(gates != Gating.Softmax && !(family.WeighsPicks && gates == Gating.SoftmaxOfPicks), "expert_gating_func",
            family.WeighsPicks ? "3, softmax over the picks" : "1, softmax");
        Refuse(stated.Double(prefix + "expert_weights_scale", 1) is not (0 or 1), "expert_weights_scale", "1");
        Refuse(family.Normalizes is { } normalizes && stated.Bool(prefix + "expert_weights_norm", normalizes) != normalizes,
            "expert_weights_norm", family.Normalizes == true ? "true" : "false");
        return problems;

        void Refuse(bool found, string name, string allowed)
        {
            if (found)
            {
                problems.Add($"{stated.Path}: {prefix}{name} is {stated.Raw(prefix + name)}; a model can be loaded where it is {allowed}.");
            }
        }
    }

    private static StorageException Nonsense(GgufMetadata stated, string what) =>
        new(stated.Path, StorageCause.Damaged, $"{stated.Path} describes no model: {what}");

    /// <summary>How scores follow from logits (llama.cpp's <c>expert_gating_func</c>).</summary>
    private enum Gating
    {
        Softmax = 1,
        Sigmoid = 2,
        SoftmaxOfPicks = 3,
    }
}
