namespace LibMoE.Runtime;

/// <summary>A box that a detector found.</summary>
/// <param name="Box">Where.</param>
/// <param name="Score">How sure it is; only the order of scores counts, and higher is surer.</param>
public readonly record struct DetectedBox(Box Box, double Score);

/// <summary>The boxes of one class in one image.</summary>
/// <param name="Truth">Those that are there, each with an area.</param>
/// <param name="Detected">Those that were found, in any order.</param>
public sealed record ImageBoxes(IReadOnlyList<Box> Truth, IReadOnlyList<DetectedBox> Detected);
