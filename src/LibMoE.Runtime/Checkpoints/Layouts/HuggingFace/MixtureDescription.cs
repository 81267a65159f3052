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
    /// <summary>What the router makes of its logits.</summary>
    public RouterScore Score { get; init; }

    /// <summary>The factor on the weights.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether picks are made on scores with a correction bias, a buffer.</summary>
    public bool ScoreBias { get; init; }

    /// <summary>Whether logits have a learned bias.</summary>
    public bool RouterBias { get; init; }

    /// <summary>How many groups experts stand in; 0 where a token may pick from all.</summary>
    public int Groups { get; init; }

    /// <summary>How many groups a token may pick from; 0 without groups.</summary>
    public int TopGroups { get; init; }

    /// <summary>How groups are valued; Default without groups.</summary>
    public GroupValue GroupValue { get; init; } = GroupValue.Default;

    /// <summary>Whether groups that a token may not pick from count as 0 and not as −∞ where picks are made. Without a bias all values are
    /// above 0, and it does not matter.</summary>
    public bool MaskByZero { get; init; }

    /// <summary>Whether the experts' projections have biases.</summary>
    public bool Bias { get; init; }

    /// <summary>The clamp of SwiGLU; 0 for none.</summary>
    public double Limit { get; init; }

    /// <summary>The slope in SwiGLU's sigmoid.</summary>
    public double Slope { get; init; } = 1;

    /// <summary>What SwiGLU adds to the up projection.</summary>
    public double UpOffset { get; init; }

    /// <summary>Whether a declaration's mixture is this one, as it is stored.</summary>
    /// <param name="declared">What was declared.</param>
    /// <param name="maskMayBeZero">Whether code that reads such files masks by 0, and other code by −∞, so that both are theirs.</param>
    public bool IsMetBy(MixtureDescription declared, bool maskMayBeZero) =>
        (maskMayBeZero ? declared with { MaskByZero = MaskByZero } : declared) == this;

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
        Refuse(group.ClampAfterActivation, "a clamp behind the activation of the experts");
        Refuse(declaration.Latent is not null, "latent experts");
        Refuse(declaration.ByBlock.Count > 0, "layers that differ by block");
        var gate = declaration.Gate as GroupedGateAttribute;
        Refuse(gate is null, $"the gate {NameOf(declaration.Gate)}");
        Refuse(gate is { PicksPerGroup: > 0 }, "picks in every group of experts");
        Refuse(gate is { LogitCap: > 0 }, "a cap of the router's logits");
        Refuse(gate is { ExpertScale: true }, "a learned scale of each expert");
        Refuse(gate is { WeighInput: true }, "weights on what experts read");
        var bias = declaration.Balance.OfType<BiasBalanceAttribute>().FirstOrDefault();
        Refuse(bias is { Update: BiasUpdate.Quantile }, "BiasBalance by quantiles, whose bias is on logits");
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

        var grouped = gate is { Groups: > 1, PicksPerGroup: 0 } && gate.TopGroups < gate.Groups;
        var mixture = new MixtureDescription(
            group.Count, Width(group), gate?.TopK ?? 0, gate?.Normalize ?? true, sharedHidden, sharedGated)
        {
            Score = ScoreOf(gate),
            Scale = gate?.Scale ?? 1,
            ScoreBias = bias is not null,
            RouterBias = gate?.RouterBias ?? false,
            Groups = grouped ? gate!.Groups : 0,
            TopGroups = grouped ? gate!.TopGroups : 0,
            GroupValue = grouped ? Resolved(gate!.GroupValue, ScoreOf(gate)) : GroupValue.Default,
            MaskByZero = grouped && bias is not null && gate!.MaskByZero,
            Bias = group.Bias,
            Limit = group.Limit,
            Slope = group.Slope,
            UpOffset = group.UpOffset,
        };
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
        var clamp = (Limit > 0 ? $", Limit = {Number(Limit)}" : "") + (Slope != 1 ? $", Slope = {Number(Slope)}" : "")
            + (UpOffset != 0 ? $", UpOffset = {Number(UpOffset)}" : "") + (Bias ? ", Bias = true" : "");
        var value = GroupValue == Resolved(GroupValue.Default, Score) ? "" : $", GroupValue = GroupValue.{GroupValue}";
        var groups = Groups == 0 ? "" : $", Groups = {Groups}, TopGroups = {TopGroups}{value}{(MaskByZero ? ", MaskByZero = true" : "")}";
        var options = (Normalize ? "" : ", Normalize = false") + groups + (Scale != 1 ? $", Scale = {Number(Scale)}" : "")
            + (RouterBias ? ", RouterBias = true" : "");
        return $"[MoeLayer, Experts<{activation}>({Experts}, Hidden = {Hidden}{clamp}){shared}, {Score}Gate(TopK = {TopK}{options})"
            + (ScoreBias ? ", BiasBalance(0.001)]" : "]");
    }

    /// <summary>How groups are valued where a gate leaves it to itself.</summary>
    private static GroupValue Resolved(GroupValue value, RouterScore score) => value != GroupValue.Default ? value
        : score == RouterScore.Softmax ? GroupValue.Largest
        : GroupValue.TopTwo;

    private static RouterScore ScoreOf(GateAttribute? gate) => gate switch
    {
        SigmoidGateAttribute => RouterScore.Sigmoid,
        SqrtSoftplusGateAttribute => RouterScore.SqrtSoftplus,
        _ => RouterScore.Softmax,
    };

    private static string NameOf(GateAttribute gate) => gate.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
