using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether the gate's numbers fit the experts, and its limits fit the gate.</summary>
internal static class RoutingChecks
{
    /// <summary>Reports what does not fit.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        var (gate, slots) = (declaration.Gate!, declaration.Slots);
        if (gate.Model.Has("TopK") && gate.Model.Int("TopK") > slots)
        {
            bag.Report(Descriptors.TopKAboveExperts, gate.LocationOf("TopK"), declaration.Name, gate.Model.Int("TopK"), slots);
        }
        else if (gate.BuiltInName.Length > 0 && gate.Model.Has("Groups"))
        {
            CheckGroups(declaration, gate, slots, bag);
        }

        if (gate.BuiltInName == "ExpertChoiceGate" && gate.Model.Double("CapacityFactor") > slots)
        {
            bag.Report(
                Descriptors.CapacityFactorAboveExperts,
                gate.LocationOf("CapacityFactor"),
                declaration.Name,
                gate.Model.Double("CapacityFactor"),
                slots);
        }

        if (gate.BuiltInName.Length > 0)
        {
            CheckPicks(declaration, gate, bag);
        }

        CheckLimits(declaration, gate, bag);
    }

    private static void CheckPicks(Declaration declaration, PartDeclaration gate, DiagnosticBag bag)
    {
        if (GateOptions.Has(gate.Model, "SkipZero") && declaration.ZeroCompute.All(group => group.Kind!.Name != "Zero"))
        {
            bag.Report(Descriptors.SkipZeroWithoutZero, gate.LocationOf("SkipZero"), declaration.Name);
        }

        var other = gate.Model.Has("Groups") && gate.Model.Int("Groups") > 0 ? "groups of experts"
            : declaration.Of(PartRole.Balance).Any(term => term.BuiltInName == "BiasBalance") ? "BiasBalance"
            : null;
        if (GateOptions.Has(gate.Model, "Sinkhorn") && other is not null)
        {
            bag.Report(Descriptors.SinkhornStandsAlone, gate.LocationOf("Sinkhorn"), declaration.Name, other);
        }
    }

    private static void CheckGroups(Declaration declaration, PartDeclaration gate, long slots, DiagnosticBag bag)
    {
        var (groups, topGroups, topK) = (gate.Model.Int("Groups"), gate.Model.Int("TopGroups"), gate.Model.Int("TopK"));
        if (gate.Model.Int("PicksPerGroup") is > 0 and var picks)
        {
            CheckPicksPerGroup(declaration, gate, slots, picks, bag);
        }
        else if (groups == 0)
        {
            if (topGroups != 0)
            {
                bag.Report(Descriptors.TopGroupsWithoutGroups, gate.LocationOf("TopGroups"), declaration.Name, topGroups, slots);
            }
        }
        else if (slots % groups != 0)
        {
            bag.Report(Descriptors.GroupsDoNotDivide, gate.LocationOf("Groups"), declaration.Name, groups, slots, Divisors(slots));
        }
        else if (topGroups < 1 || topGroups > groups)
        {
            bag.Report(Descriptors.TopGroupsOutOfRange, gate.LocationOf("TopGroups"), declaration.Name, topGroups, groups);
        }
        else if (topK > topGroups * (slots / groups))
        {
            bag.Report(
                Descriptors.TopKAboveGroups,
                gate.LocationOf("TopK"),
                declaration.Name,
                topK,
                topGroups,
                slots / groups,
                topGroups * (slots / groups));
        }
    }

    /// <summary>All groups are picked from, and K follows from them; that a group holds enough follows from K being at most E.</summary>
    private static void CheckPicksPerGroup(Declaration declaration, PartDeclaration gate, long slots, int picks, DiagnosticBag bag)
    {
        var (groups, topK) = (gate.Model.Int("Groups"), gate.Model.Int("TopK"));
        if (groups == 0 || gate.Model.Int("TopGroups") != 0)
        {
            var why = groups == 0 ? "needs Groups" : "picks from every group, which leaves TopGroups nothing to say";
            var at = gate.LocationOf(groups == 0 ? "PicksPerGroup" : "TopGroups");
            bag.Report(Descriptors.PicksPerGroupStandsAlone, at, declaration.Name, picks, why);
        }
        else if (slots % groups != 0)
        {
            bag.Report(Descriptors.GroupsDoNotDivide, gate.LocationOf("Groups"), declaration.Name, groups, slots, Divisors(slots));
        }
        else if (topK != (long)groups * picks)
        {
            bag.Report(Descriptors.TopKIsNotOfGroups, gate.LocationOf("TopK"), declaration.Name, topK, picks, groups, (long)groups * picks);
        }
    }

    private static void CheckLimits(Declaration declaration, PartDeclaration gate, DiagnosticBag bag)
    {
        var facts = declaration.KnownGate.Facts;
        foreach (var capacity in declaration.Of(PartRole.Capacity).Where(_ => !facts.HasFlag(GateFacts.CountedPicks)))
        {
            bag.Report(Descriptors.CapacityDoesNotApply, capacity.Location, declaration.Name, gate.Name);
        }

        foreach (var dropout in declaration.Of(PartRole.ExpertDropout).Where(_ => !facts.HasFlag(GateFacts.LargestOfExperts)))
        {
            bag.Report(Descriptors.ExpertDropoutDoesNotApply, dropout.Location, declaration.Name, gate.Name);
        }
    }

    private static string Divisors(long number) =>
        string.Join(", ", Enumerable.Range(1, (int)Math.Min(number, 65_536)).Where(candidate => number % candidate == 0));
}
