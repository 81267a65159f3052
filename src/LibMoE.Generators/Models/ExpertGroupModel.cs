namespace LibMoE.Generators.Models;

/// <summary>What the generator knows of an expert kind.</summary>
internal enum ExpertRole
{
    /// <summary>A built-in FFN kind.</summary>
    FeedForward,

    /// <summary>A built-in zero-compute kind.</summary>
    ZeroCompute,

    /// <summary>A kind of the user's own.</summary>
    Custom,
}

/// <summary>A group of routed or shared experts.</summary>
/// <param name="Part">The attribute, with Count, Hidden, Bias and the options of SwiGLU; Scale and Gated where they are shared.</param>
/// <param name="Kind">The expert kind's name: <c>SwiGlu</c>.</param>
/// <param name="KindType">The expert kind as C# source: <c>global::LibMoE.SwiGlu</c>.</param>
/// <param name="Role">What the kind is.</param>
internal sealed record ExpertGroupModel(PartModel Part, string Kind, string KindType, ExpertRole Role)
{
    /// <summary>The formula that the user gave a kind of their own by <c>[Description]</c>; null without.</summary>
    public string? Description { get; init; }

    /// <summary>How many experts.</summary>
    public int Count => Part.Int("Count");

    /// <summary>The declared hidden width; 0 takes the model's.</summary>
    public int Hidden => Part.Int("Hidden");
}
