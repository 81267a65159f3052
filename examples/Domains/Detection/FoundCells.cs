using LibMoE.Runtime;

namespace Detection;

/// <summary>What was found in a smear.</summary>
/// <param name="ByKind">The boxes of each kind; null where a method finds none of that kind.</param>
/// <param name="RedCells">How many red cells there are said to be.</param>
internal sealed record FoundCells(IReadOnlyList<IReadOnlyList<DetectedBox>?> ByKind, double RedCells);
