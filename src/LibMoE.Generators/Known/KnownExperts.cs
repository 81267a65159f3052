using LibMoE.Generators.Models;

namespace LibMoE.Generators.Known;

/// <summary>A built-in expert kind.</summary>
/// <param name="Name">The marker type's name.</param>
/// <param name="Role">Whether it has matrices.</param>
/// <param name="IsGated">Whether it has a gate projection besides the one up: three matrices instead of two.</param>
internal sealed record KnownExpert(string Name, ExpertRole Role, bool IsGated);

/// <summary>The built-in expert kinds.</summary>
internal static class KnownExperts
{
    /// <summary>One row a kind.</summary>
    public static IReadOnlyList<KnownExpert> All { get; } =
    [
        new("Relu", ExpertRole.FeedForward, IsGated: false),
        new("Gelu", ExpertRole.FeedForward, IsGated: false),
        new("GeluTanh", ExpertRole.FeedForward, IsGated: false),
        new("QuickGelu", ExpertRole.FeedForward, IsGated: false),
        new("ReluSquared", ExpertRole.FeedForward, IsGated: false),
        new("SwiGlu", ExpertRole.FeedForward, IsGated: true),
        new("GeGlu", ExpertRole.FeedForward, IsGated: true),
        new("GeGluTanh", ExpertRole.FeedForward, IsGated: true),
        new("SiTu", ExpertRole.FeedForward, IsGated: true),
        new("Zero", ExpertRole.ZeroCompute, IsGated: false),
        new("Copy", ExpertRole.ZeroCompute, IsGated: false),
        new("Constant", ExpertRole.ZeroCompute, IsGated: false),
    ];

    /// <summary>The options of a group by which SwiGLU departs from its plain form.</summary>
    public static IReadOnlyList<string> SwiGluOptions { get; } = ["Limit", "Slope", "UpOffset", "ClampAfterActivation"];

    /// <summary>The built-in kind of that metadata name; null for others.</summary>
    public static KnownExpert? Find(string metadataName) => All.FirstOrDefault(row => "LibMoE." + row.Name == metadataName);
}
