namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>A mixture of gated FFNs as published checkpoints describe it: what a declaration must be to have the same tensors and
/// the same forward pass.</summary>
/// <param name="Experts">E.</param>
/// <param name="Hidden">The width of a routed expert.</param>
/// <param name="TopK">K.</param>
/// <param name="Normalize">Whether weights are divided by their sum over the picks.</param>
/// <param name="SharedHidden">The width of all shared experts together; 0 without.</param>
/// <param name="SharedGated">Whether a sigmoid weighs the shared output.</param>
internal sealed record MixtureDescription(int Experts, int Hidden, int TopK, bool Normalize, int SharedHidden = 0, bool SharedGated = false)
{
    /// <summary>What else decides picks and weights.</summary>
    public MixtureGate Gate { get; init; } = MixtureGate.Plain;

    /// <summary>Describes a declaration.</summary>
    /// <param name="declaration">What was declared.</param>
    /// <param name="modelHidden">The width of experts that declare none.</param>
    /// <param name="activation">The activation that the description's FFNs have: SwiGlu or GeGlu.</param>
    /// <returns>The description, and the parts of the declaration that it cannot express;
    /// it stands for the declaration if there are none.</returns>
    public static (MixtureDescription Mixture, IReadOnlyList<string> Inexpressible) Of(
        MoeDeclaration declaration, int modelHidden, Activation activation)
    {
        var problems = new List<string>();
        Refuse(declaration.Experts.Count > 1, "several expert groups");
        var group = declaration.Experts[0];
        Refuse(group.Kind.Name != activation.ToString(), $"experts of kind {group.Kind.Name}");
        Refuse(group.Bias, "biases of the experts");
        Refuse(Departs(group), "a clamp, a slope or an offset of the experts");
        Refuse(declaration.Latent is not null, "latent experts");
        var gate = MixtureGate.Of(declaration, problems);
        var picks = declaration.Gate as TopKGateAttribute;
        Refuse(declaration.Capacity is not null, "a capacity");
        var (sharedHidden, sharedGated) = (0, false);
        if (declaration.Shared is { } shared)
        {
            Refuse(shared.Kind.Name != activation.ToString(), $"shared experts of kind {shared.Kind.Name}");
            Refuse(shared.Bias, "biases of the shared experts");
            Refuse(Departs(shared), "a clamp, a slope or an offset of the shared experts");
            sharedGated = shared is SharedExpertsAttribute { Gated: true };
            Refuse(shared is SharedExpertsAttribute { Gated: false, Scale: not 1 }, "a Scale of the shared experts");
            Refuse(shared is SharedExpertsAttribute { InRouterSum: true }, "shared experts in the router's sum");
            Refuse(shared is SharedExpertsAttribute { Mixed: true }, "a learned mix of routed and shared output");
            sharedHidden = shared.Count * Width(shared);
        }

        var mixture = new MixtureDescription(
            group.Count, Width(group), picks?.TopK ?? 0, picks?.Normalize ?? true, sharedHidden, sharedGated) { Gate = gate };
        return (mixture, problems);

        static bool Departs(ExpertGroupAttribute experts) => experts.Limit > 0 || experts.Slope != 1 || experts.UpOffset != 0;

        int Width(ExpertGroupAttribute experts) => experts.Hidden == 0 ? modelHidden : experts.Hidden;

        void Refuse(bool found, string part)
        {
            if (found)
            {
                problems.Add(part);
            }
        }
    }

    /// <summary>The declaration that would be this mixture, as a user writes it.</summary>
    public string ToAttributes(Activation activation)
    {
        var shared =
            SharedHidden == 0 ? "" : $", SharedExperts<{activation}>(1, Hidden = {SharedHidden}{(SharedGated ? ", Gated = true" : "")})";
        return $"[MoeLayer, Experts<{activation}>({Experts}, Hidden = {Hidden}){shared}, {Gate.ToAttributes(TopK, Normalize)}]";
    }
}
