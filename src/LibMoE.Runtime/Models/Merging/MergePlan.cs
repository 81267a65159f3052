namespace LibMoE.Runtime.Models.Merging;

/// <summary>Whether the experts of a layer can become one FFN.</summary>
internal static class MergePlan
{
    /// <summary>What stands against it, one sentence each.</summary>
    /// <param name="mixture">The model.</param>
    /// <param name="layer">What one of its layers declares.</param>
    public static IEnumerable<string> Problems(ModelConfig mixture, MoeDeclaration layer)
    {
        if (layer.Kind is { } kind and not RoutingKind.TokenChoice)
        {
            yield return $"{layer.Name} routes by {kind}, where no token picks experts; only experts that tokens pick can be merged.";
        }

        if (layer.Experts is not [var group])
        {
            yield return $"{layer.Name} has {layer.Experts.Count} groups of experts; only experts of one group can be merged.";
            yield break;
        }

        foreach (var part in layer.Shared is null ? [group] : new[] { group, layer.Shared })
        {
            if (part.Kind.Name != mixture.Activation.ToString() || part.Bias != mixture.FeedForwardBias)
            {
                yield return $"{layer.Name} declares {part.Kind.Name} experts {(part.Bias ? "with" : "without")} biases, but dense FFNs of "
                    + $"this model are {mixture.Activation} {(mixture.FeedForwardBias ? "with" : "without")}; they must be the same.";
            }

            if (part.Limit > 0 || part.Slope != 1 || part.UpOffset != 0)
            {
                yield return $"{layer.Name} declares a clamp, a slope or an offset, which no dense FFN has.";
            }
        }

        if (layer.Latent is not null)
        {
            yield return $"{layer.Name}'s experts read a latent, a dense FFN the token itself.";
        }

        if (layer.Gate is LinearGateAttribute { WeighInput: true })
        {
            yield return $"{layer.Name} weighs what experts read, which no mean weight can stand for.";
        }

        if (layer.Shared is SharedExpertsAttribute { Gated: true } or SharedExpertsAttribute { Mixed: true }
            or SharedExpertsAttribute { InRouterSum: true })
        {
            yield return $"{layer.Name}'s shared experts are weighed anew for each token, which no dense FFN does.";
        }
    }
}
