namespace LibMoE.Runtime.Analysis.Perturbing;

/// <summary>Has passes computed by several ranks, which prepare the same model and disturbances.</summary>
/// <param name="phase">Which of the phases of <see cref="DisturbedPasses"/>.</param>
/// <param name="numbers">The passes' numbers.</param>
/// <param name="compute">Computes one.</param>
/// <param name="stop">Ends the work between two rounds.</param>
internal delegate IEnumerable<byte[]> SharedPasses(
    string phase, IReadOnlyList<int> numbers, Func<int, byte[]> compute, CancellationToken stop);
