namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>How scores follow from logits.</summary>
internal enum MixtureScore
{
    /// <summary>Softmax over all experts.</summary>
    Softmax,

    /// <summary>Sigmoid of each.</summary>
    Sigmoid,
}

/// <summary>What of a mixture's gate decides picks and weights beside K and whether weights are divided by their sum.</summary>
/// <param name="Score">How scores follow from logits.</param>
/// <param name="Scale">A factor on the weights.</param>
/// <param name="IsBiased">Whether a stored bias is added to the scores for picking only.</param>
internal sealed record MixtureGate(MixtureScore Score, double Scale = 1, bool IsBiased = false)
{
    /// <summary>Softmax without anything else.</summary>
    public static MixtureGate Plain { get; } = new(MixtureScore.Softmax);

    /// <summary>Into how many groups experts are split; 1 for none.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>From how many of them a token may pick; 1 without groups.</summary>
    public int TopGroups { get; init; } = 1;

    /// <summary>Whether a group is valued by the sum of its two largest selection values, not by the largest; false without groups.</summary>
    public bool ValuesTwo { get; init; }

    /// <summary>Describes a declaration's gate.</summary>
    /// <param name="declaration">What was declared.</param>
    /// <param name="problems">Gets the parts that it cannot express.</param>
    public static MixtureGate Of(MoeDeclaration declaration, List<string> problems)
    {
        var gate = declaration.Gate as GroupedGateAttribute;
        var isSigmoid = gate is SigmoidGateAttribute;
        if (gate is null || !(isSigmoid || gate is SoftmaxGateAttribute))
        {
            problems.Add($"the gate {NameOf(declaration)}");
            return Plain;
        }

        Refuse(gate.RouterBias, "a bias of the router");
        Refuse(gate.LogitCap > 0, "a cap of the router's logits");
        Refuse(gate.ExpertScale, "a learned scale of each expert");
        Refuse(gate.WeighInput, "weights on what experts read");
        Refuse(gate.PicksPerGroup > 0, "picks in every group");
        Refuse(gate.GroupValue == GroupValue.Sum, "groups valued by the sum of all their experts");
        var bias = declaration.Balance.OfType<BiasBalanceAttribute>().FirstOrDefault();
        Refuse(bias is { Update: BiasUpdate.Quantile }, "a bias on logits");
        Refuse(bias is { FreezeAfter: > 0 }, "a count of the bias' steps");
        var isGrouped = gate.Groups > 1 && gate.TopGroups < gate.Groups;
        return new MixtureGate(isSigmoid ? MixtureScore.Sigmoid : MixtureScore.Softmax, gate.Scale, bias is not null)
        {
            Groups = isGrouped ? gate.Groups : 1,
            TopGroups = isGrouped ? gate.TopGroups : 1,
            ValuesTwo = isGrouped && (gate.GroupValue == GroupValue.Default ? isSigmoid : gate.GroupValue == GroupValue.TopTwo),
        };

        void Refuse(bool found, string part)
        {
            if (found)
            {
                problems.Add(part);
            }
        }
    }

    /// <summary>The attributes that would be this gate, as a user writes them.</summary>
    /// <param name="topK">K.</param>
    /// <param name="normalize">Whether weights are divided by their sum over the picks.</param>
    public string ToAttributes(int topK, bool normalize)
    {
        var value = Groups == 1 || ValuesTwo == (Score == MixtureScore.Sigmoid) ? "" : ValuesTwo ? ", GroupValue = GroupValue.TopTwo"
            : ", GroupValue = GroupValue.Largest";
        var groups = Groups == 1 ? "" : $", Groups = {Groups}, TopGroups = {TopGroups}{value}";
        var scale = Scale == 1 ? "" : FormattableString.Invariant($", Scale = {Scale}");
        var bias = IsBiased ? ", BiasBalance(0.001)" : "";
        return $"{Score}Gate(TopK = {topK}{groups}{(normalize ? "" : ", Normalize = false")}{scale}){bias}";
    }

    private static string NameOf(MoeDeclaration declaration) =>
        declaration.Gate.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);
}
