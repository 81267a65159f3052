namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>What of a model an architecture of Hugging Face has no counterpart for.</summary>
internal static class HuggingFaceCounterpart
{
    /// <summary>The parts without a counterpart, each in a few words; none where the architecture is the model's.</summary>
    /// <param name="family">The architecture.</param>
    /// <param name="model">The backbone.</param>
    /// <param name="declaration">The mixture; null for a dense model.</param>
    public static (MixtureDescription? Mixture, IReadOnlyList<string> Missing) Of(
        HuggingFaceFamily family, ModelConfig model, MoeDeclaration? declaration)
    {
        var missing = new List<string>();
        MissingInBackbone(missing, family, model);
        missing.AddRange(family.Latent ? HuggingFaceLatents.Missing(model) : []);
        Add(missing, !family.Latent && model.LatentAttention is not null, "multi-head latent attention");
        if (!family.Latent && model.LatentAttention is null)
        {
            MissingInAttention(missing, family, model);
        }

        if (declaration is null || family.Mixture is not { } names)
        {
            Add(missing, declaration is null != family.Mixture is null, declaration is null ? "blocks without a mixture" : "mixtures");
            return (null, missing);
        }

        var (mixture, inexpressible) = MixtureDescription.Of(declaration, model.Hidden, model.Activation);
        MissingInRouter(missing, names, mixture);
        missing.AddRange(inexpressible);
        MissingInMixture(missing, names, mixture);
        MissingInBlocks(missing, names, model);
        return (mixture, missing);
    }

    private static void MissingInBackbone(List<string> missing, HuggingFaceFamily family, ModelConfig model)
    {
        Add(missing, model.Norm != NormKind.Rms, "layer normalisation");
        Add(missing, model.NormPlacement != family.NormPlacement, model.NormPlacement switch
        {
            NormPlacement.Before => "norms before parts alone",
            NormPlacement.After => "norms after parts alone",
            _ => "norms before and after parts",
        });
        Add(missing, model.NormUnitOffset != family.NormUnitOffset, model.NormUnitOffset ? "norms of 1 + w" : "norms of w");
        Add(missing, model.HeadBias, "a bias of the head");
        Add(missing, model.FeedForwardBias, "biases of the dense FFN");
        Add(missing, NameOf(model.Activation) is not { } act || !family.Activations.Contains(act), $"an FFN of kind {model.Activation}");
        double? byWidth = family.EmbeddingByWidth ? Math.Sqrt(model.Dim) : null;
        Add(missing, !family.Factors && (model.EmbeddingScale ?? 1) != (byWidth ?? 1), "this factor on the embedding");
        Add(missing, !family.Factors && (model.ResidualScale ?? 1) != 1, "a factor on what parts add");
        Add(missing, !family.Factors && (model.LogitScale ?? 1) != 1, "a factor on the logits");
    }

    private static void MissingInAttention(List<string> missing, HuggingFaceFamily family, ModelConfig model)
    {
        Add(missing, model.RotaryFraction != 1 && !family.PartlyRotary, "partly rotary heads");
        Add(missing, model.RotaryScaling is { } scaling && !family.RotaryScalings.Contains(scaling.Kind),
            "scaled rotary frequencies of this kind");
        Add(missing, model.AttentionScale is not null && !family.Factors, "an own scale of the attention");
        Add(missing, model.RotaryLayout != family.RotaryLayout && (family.Names.QueryKeyValue is not null || model.RotaryFraction != 1),
            model.RotaryLayout == RotaryLayout.Half ? "rotary channels half a head apart" : "rotary channels side by side");
        Add(missing, model.HeadWidth % 2 != 0, "heads of odd width");
        Add(missing, model.AttentionBias && !family.Bias && family.BiasKey is null, "biases of queries, keys and values");
        Add(missing, !model.AttentionBias && family.Bias && family.BiasKey is null, "queries, keys and values without biases");
        Add(missing, model.AttentionOutputBias && !(family.OutputBias && model.AttentionBias), "a bias of attention's output projection");
        Add(missing, model.AttentionBias && family.OutputBias && !model.AttentionOutputBias, "an output projection without a bias");
        Add(missing, model.AttentionSinks != family.Sinks, model.AttentionSinks ? "attention sinks" : "attention without sinks");
        Add(missing, model.Window < model.Context && family.WindowBlocks == WindowBlocks.ShortenContext, "a sliding window");
        Add(missing, !family.OwnHeadWidth && model.HeadWidth * model.Heads != model.Dim, "heads whose widths do not add up to the model's");
        var norm = !model.QueryKeyNorm ? HeadNorm.None : model.QueryKeyNormAcrossHeads ? HeadNorm.AcrossHeads : HeadNorm.PerHead;
        Add(missing, norm != family.HeadNorm && !(norm == HeadNorm.None && family.HeadNormKey is not null), norm switch
        {
            HeadNorm.None => "queries and keys without normalisation",
            HeadNorm.PerHead => "normalisation of each query and key head",
            _ => "normalisation across query and key heads",
        });
        Add(missing, norm != HeadNorm.None && model.QueryKeyNormAfterRotary != family.HeadNormAfterRotary,
            model.QueryKeyNormAfterRotary ? "normalisation after the rotary embedding" : "normalisation before the rotary embedding");
    }

    private static void MissingInRouter(List<string> missing, MixtureNames names, MixtureDescription mixture)
    {
        Add(missing, mixture.Score != names.Score, $"the gate {mixture.Score}Gate");
        Add(missing, mixture.Scale != 1 && names.ScaleKey is null, "a Scale of the gate");
        Add(missing, mixture.Groups > 0 && !names.Groups, "groups of experts");
        Add(missing, mixture.Groups > 0 && names.Groups && mixture.GroupValue != names.GroupValue,
            names.GroupValue == GroupValue.TopTwo ? "groups that are not valued by their two largest scores"
                : "groups that are not valued by their largest score");
        Add(missing, mixture.MaskByZero && names is { Groups: true, Mask: GroupMask.Infinite }, "groups that are left out by 0");
        Add(missing, mixture is { Groups: > 0, MaskByZero: false, ScoreBias: true } && names is { Groups: true, Mask: GroupMask.Zero },
            "groups that are left out by −∞");
        Add(missing, names is { Score: RouterScore.Softmax, GroupedMethod: not null } && mixture is { Normalize: true, Scale: not 1 },
            "a Scale of weights that are normalised");
        Add(missing, mixture.RouterBias && names.RouterBias is null, "a bias of the router");
        Add(missing, !mixture.RouterBias && names.RouterBias is not null, "a router without a bias");
        Add(missing, mixture.ScoreBias && names.ScoreBias.Count == 0, "BiasBalance, which adds a buffer to the router");
        Add(missing, !mixture.ScoreBias && names.ScoreBias.Count > 0, "a router without BiasBalance");
        Add(missing, mixture.Bias && !names.Stack.Bias, "biases of the experts");
        Add(missing, !mixture.Bias && names.Stack.Bias, "experts without biases");
        var (limit, slope, offset) = names.Clamp is { } clamp ? (clamp.Limit, clamp.Slope, clamp.UpOffset) : (0, 1, 0);
        Add(missing, (mixture.Limit, mixture.Slope, mixture.UpOffset) != (limit, slope, offset), names.Clamp is null
            ? "a clamp, a slope or an offset of the experts"
            : FormattableString.Invariant($"experts with another clamp, slope or offset than {limit}, {slope} and {offset}"));
    }

    private static void MissingInMixture(List<string> missing, MixtureNames names, MixtureDescription mixture)
    {
        Add(missing, names.NormalizeKey is null && !mixture.Normalize && (names.NormalizesOne || mixture.TopK > 1),
            "weights that are not normalised");
        Add(missing, !names.NormalizesOne && mixture is { TopK: 1, Normalize: true }, "a single pick of weight 1");
        Add(missing, names.SharedKey == SharedKey.None && mixture.SharedHidden > 0, "shared experts");
        Add(missing, names.SharedRequired && mixture.SharedHidden == 0, "mixtures without shared experts");
        Add(missing, (names.SharedKey == SharedKey.Count && mixture.SharedHidden % mixture.Hidden != 0)
            || (names.SharedKey == SharedKey.One && mixture.SharedHidden != mixture.Hidden && mixture.SharedHidden > 0),
            "shared experts of another width than the routed ones");
        Add(missing, mixture.SharedHidden > 0 && names.SharedKey != SharedKey.None && mixture.SharedGated != names.SharedGate is not null,
            mixture.SharedGated ? "a gate of the shared experts" : "shared experts without a gate");
    }

    private static void MissingInBlocks(List<string> missing, MixtureNames names, ModelConfig model)
    {
        var dense = Enumerable.Range(0, model.Layers).Where(block => !model.IsMoeBlock(block)).ToList();
        Add(missing, names.Blocks == MixtureBlocks.All && dense.Count > 0, "blocks without a mixture");
        Add(missing, names.Blocks is MixtureBlocks.AfterFirst or MixtureBlocks.Between
            && !dense.SequenceEqual(Enumerable.Range(0, dense.Count)), "dense blocks after mixtures");
    }

    /// <summary>What <c>hidden_act</c> calls it; null where it has no name there.</summary>
    public static string? NameOf(Activation activation) => activation switch
    {
        Activation.SwiGlu => "silu",
        Activation.GeGlu => "gelu",
        Activation.GeGluTanh => "gelu_pytorch_tanh",
        _ => null,
    };

    private static void Add(List<string> missing, bool lacks, string part)
    {
        if (lacks)
        {
            missing.Add(part);
        }
    }
}
