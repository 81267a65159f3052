using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies.Presets;

/// <summary>The presets of the verb <c>study</c>, in the order that help lists them.</summary>
internal static class StudyPresets
{
    /// <summary>The setting that names one.</summary>
    public const string Key = "Study:Preset";

    /// <summary>Every preset.</summary>
    public static IReadOnlyList<StudyPreset> All { get; } =
    [
        new("early-stopping", "Is the last checkpoint the best? Ten moments of training are scored on held-out text and on Analysis:Tasks.",
            new Dictionary<string, string?>
            {
                ["Analysis:Points"] = "10", ["Analysis:Sequences"] = "256", ["Analysis:Perturbations"] = "false"
            },
            ScoredTraining.Answer),
        new("router-init", "Does it matter how large the router's weights start? Standard deviations 0.02, 0.04 and 0.06.",
            new Dictionary<string, string?> { ["Analysis:Points"] = "10", ["Analysis:Perturbations"] = "false" },
            RouterInitialization.Answer,
            RouterInitialization.EveryStart),
        new("architecture", "How many experts, how many picks, how fine? Declared layers of equal active FLOPs (within 2 %).",
            new Dictionary<string, string?> { ["Analysis:Perturbations"] = "false" },
            ArchitectureChoice.Answer,
            ArchitectureChoice.EqualWork),
        new("dense", "What is a mixture worth? Three seeds against the dense model of equal active parameters, over training.",
            new Dictionary<string, string?>
            {
                ["Study:Seeds"] = "3", ["Analysis:Points"] = "10", ["Analysis:Sequences"] = "256", ["Analysis:Perturbations"] = "false"
            },
            DenseAgainstMixture.Answer),
        new("specialisation", "Where do experts specialise? Picks by domain on the held-out part of every domain.",
            new Dictionary<string, string?> { ["Analysis:Sequences"] = "320", ["Analysis:Texts"] = "5" },
            DomainExperts.Answer),
        new("router-claims", "Do LibMoE's observations of routers hold here? The best expert left out; router margin and entropy of "
            + "weights by depth; change rate over training; three seeds.",
            new Dictionary<string, string?>
            {
                ["Study:Seeds"] = "3", ["Analysis:Points"] = "5", ["Analysis:Sequences"] = "512", ["Analysis:Perturbations"] = "true",
                ["Analysis:PerturbationSequences"] = "1000",
            },
            RouterClaims.Answer)
        {
            AnyLearner = true,
        },
    ];

    /// <summary>The preset of that name; null where there is none.</summary>
    public static StudyPreset? Find(string? name) =>
        All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with a name; null where it is a preset's or empty.</summary>
    public static string? Problem(string name) => name.Length == 0 || Find(name) is not null
        ? null
        : $"{Key} is '{name}', which is not a preset; {NearestName.Advice(name, [.. All.Select(preset => preset.Name)])}.";
}
