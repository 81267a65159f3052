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
        if (declaration is null || family.Mixture is not { } names)
        {
            Add(missing, declaration is null != family.Mixture is null, declaration is null ? "blocks without a mixture" : "mixtures");
            return (null, missing);
        }

        var (mixture, inexpressible) = MixtureDescription.Of(declaration, model.Hidden, model.Activation);
        MissingInGate(missing, names, mixture);
        missing.AddRange(inexpressible);
        MissingInMixture(missing, names, mixture);
        MissingInBlocks(missing, names, model);
        return (mixture, missing);
    }

    private static void MissingInBackbone(List<string> missing, HuggingFaceFamily family, ModelConfig model)
    {
        Add(missing, model.Norm != NormKind.Rms, "layer normalisation");
        Add(missing, model.HeadBias, "a bias of the head");
        Add(missing, model.FeedForwardBias, "biases of the dense FFN");
        Add(missing, model.Activation is not (Activation.SwiGlu or Activation.GeGlu), $"an FFN of kind {model.Activation}");
        Add(missing, model.RotaryFraction != 1 && !family.PartlyRotary, "partly rotary heads");
        Add(missing, model.RotaryScaling is { } scaling && !family.RotaryScalings.Contains(scaling.Kind),
            "scaled rotary frequencies of this kind");
        missing.AddRange(family.Latent ? HuggingFaceLatents.Missing(model) : []);
        Add(missing, !family.Latent && model.LatentAttention is not null, "multi-head latent attention");
        if (family.Latent || model.LatentAttention is not null)
        {
            return;
        }

        Add(missing, model.AttentionScale is not null, "an own scale of the attention");
        Add(missing, model.RotaryLayout != RotaryLayout.Half && (family.Fused || model.RotaryFraction != 1),
            "rotary channels side by side");
        Add(missing, model.HeadWidth % 2 != 0, "heads of odd width");
        Add(missing, model.AttentionBias && !family.Bias, "biases of queries, keys and values");
        Add(missing, !model.AttentionBias && family.Bias && family.BiasKey is null, "queries, keys and values without biases");
        Add(missing, !family.OwnHeadWidth && model.HeadWidth * model.Heads != model.Dim, "heads whose widths do not add up to the model's");
        var norm = !model.QueryKeyNorm ? HeadNorm.None : model.QueryKeyNormAcrossHeads ? HeadNorm.AcrossHeads : HeadNorm.PerHead;
        Add(missing, norm != family.HeadNorm, norm switch
        {
            HeadNorm.None => "queries and keys without normalisation",
            HeadNorm.PerHead => "normalisation of each query and key head",
            _ => "normalisation across query and key heads",
        });
    }

    private static void MissingInGate(List<string> missing, MixtureNames names, MixtureDescription mixture)
    {
        var gate = mixture.Gate;
        Add(missing, gate.Score != names.Score, $"the gate {gate.Score}Gate");
        Add(missing, gate.Scale != 1 && names.ScaleKey is null, "a Scale of the gate");
        Add(missing, gate.Groups > 1 && (names.GroupedMethods.Count == 0 || gate.ValuesTwo != names.ValuesTwo), "groups of experts");
        Add(missing, gate.IsBiased && names.Bias is null, "BiasBalance, which adds a buffer to the router");
        Add(missing, !gate.IsBiased && names.Bias is not null, "a router without BiasBalance");
        Add(missing, names is { GroupedMethods.Count: > 0, Score: MixtureScore.Softmax } && mixture.Normalize && gate.Scale != 1,
            "a Scale of weights that are normalised");
    }

    private static void MissingInMixture(List<string> missing, MixtureNames names, MixtureDescription mixture)
    {
        Add(missing, names.NormalizeKey is null && !mixture.Normalize, "weights that are not normalised");
        Add(missing, !names.NormalizesOne && mixture is { TopK: 1, Normalize: true }, "a single pick of weight 1");
        Add(missing, names.SharedKey == SharedKey.None && mixture.SharedHidden > 0, "shared experts");
        Add(missing, names.SharedKey == SharedKey.Width && mixture.SharedHidden == 0, "mixtures without shared experts");
        Add(missing, names.SharedKey == SharedKey.Count && mixture.SharedHidden % mixture.Hidden != 0,
            "shared experts of another width than the routed ones");
        Add(missing, mixture.SharedHidden > 0 && names.SharedKey != SharedKey.None && mixture.SharedGated != names.SharedGate is not null,
            mixture.SharedGated ? "a gate of the shared experts" : "shared experts without a gate");
    }

    private static void MissingInBlocks(List<string> missing, MixtureNames names, ModelConfig model)
    {
        var dense = Enumerable.Range(0, model.Layers).Where(block => !model.IsMoeBlock(block)).ToList();
        Add(missing, names.Blocks == MixtureBlocks.All && dense.Count > 0, "blocks without a mixture");
        Add(missing, names.Blocks == MixtureBlocks.AfterFirst && !dense.SequenceEqual(Enumerable.Range(0, dense.Count)),
            "dense blocks after mixtures");
    }

    private static void Add(List<string> missing, bool lacks, string part)
    {
        if (lacks)
        {
            missing.Add(part);
        }
    }
}
