using LibMoE.Generators.Diagnostics;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;
using LibMoE.Generators.Reading;

namespace LibMoE.Generators.Checks;

/// <summary>Whether expert kinds and their options fit each other and the gate.</summary>
internal static class ExpertChecks
{
    /// <summary>Reports what does not fit.</summary>
    public static void Check(Declaration declaration, DiagnosticBag bag)
    {
        foreach (var group in declaration.Of(PartRole.Experts))
        {
            CheckRouted(declaration, group, bag);
        }

        foreach (var group in declaration.Of(PartRole.Experts).Concat(declaration.Of(PartRole.SharedExperts)))
        {
            CheckSwiGluOptions(declaration, group, bag);
        }

        foreach (var latent in declaration.Of(PartRole.LatentExperts))
        {
            CheckLatent(declaration, latent, bag);
        }

        foreach (var shared in declaration.Of(PartRole.SharedExperts).Where(group => group.Model.Bool("InRouterSum")))
        {
            CheckRouterSum(declaration, shared, bag);
        }

        foreach (var shared in declaration.Of(PartRole.SharedExperts).Where(group => group.ExpertRole != ExpertRole.FeedForward))
        {
            var allowed = KnownExperts.All.Where(row => row.Role == ExpertRole.FeedForward).Select(row => row.Name);
            bag.Report(Descriptors.SharedNotFeedForward, shared.Location, declaration.Name, shared.Kind!.Name, string.Join(", ", allowed));
        }
    }

    /// <summary>Scores of shared experts and picks make one sum where each expert has its own, and where there is a sum.</summary>
    private static void CheckRouterSum(Declaration declaration, PartDeclaration shared, DiagnosticBag bag)
    {
        var gate = declaration.Gate!;
        var why = !KnownGates.ScoringAlone.Contains(gate.BuiltInName) ? $"{gate.Name} does not score each expert on its own"
            : !gate.Model.Bool("Normalize") ? $"{gate.Name} has Normalize = false, so that there is no sum"
            : null;
        if (why is not null)
        {
            bag.Report(
                Descriptors.RouterSumDoesNotApply,
                shared.LocationOf("InRouterSum"),
                declaration.Name,
                why,
                string.Join(" or ", KnownGates.ScoringAlone));
        }
    }

    private static void CheckSwiGluOptions(Declaration declaration, PartDeclaration group, DiagnosticBag bag)
    {
        var set = KnownExperts.SwiGluOptions.Where(option => !group.Model.IsDefault(option));
        if (KnownExperts.Find(group.Kind!.FullMetadataName())?.Name != "SwiGlu" && set.FirstOrDefault() is { } option)
        {
            bag.Report(Descriptors.SwiGluOptionDoesNotApply, group.LocationOf(option), declaration.Name, option, group.Kind!.Name);
        }
    }

    /// <summary>What a token would get back of itself in the latent space is not the token.</summary>
    private static void CheckLatent(Declaration declaration, PartDeclaration latent, DiagnosticBag bag)
    {
        if (declaration.Gate!.BuiltInName == "SoftSlotsGate")
        {
            bag.Report(Descriptors.LatentDoesNotApply, latent.Location, declaration.Name, declaration.Gate!.Name);
        }

        foreach (var group in declaration.ZeroCompute.Where(group => group.Kind!.Name != "Zero"))
        {
            bag.Report(Descriptors.LatentIdentity, group.Location, declaration.Name, group.Kind!.Name);
        }
    }

    private static void CheckRouted(Declaration declaration, PartDeclaration group, DiagnosticBag bag)
    {
        var role = group.ExpertRole;
        var kind = group.Kind!.Name;
        if (role != ExpertRole.FeedForward && group.Model.Bool("Bias"))
        {
            bag.Report(Descriptors.BiasDoesNotApply, group.LocationOf("Bias"), declaration.Name, kind);
        }

        if (role == ExpertRole.ZeroCompute && group.Model.Int("Hidden") != 0)
        {
            bag.Report(Descriptors.HiddenDoesNotApply, group.LocationOf("Hidden"), declaration.Name, kind, group.Model.Int("Hidden"));
        }

        if (role == ExpertRole.ZeroCompute && !declaration.KnownGate.TakesZeroCompute)
        {
            bag.Report(Descriptors.ZeroComputeDoesNotApply, group.Location, declaration.Name, kind, declaration.Gate!.Name);
        }
    }
}
