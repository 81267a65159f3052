namespace LibMoE.Runtime;

/// <summary>What a federation came to.</summary>
/// <param name="Rounds">Its rounds.</param>
/// <param name="Parameters">The shared parameters that it ended with, each array's numbers in C order, in the members' order.</param>
/// <param name="Epsilon">The ε of the server's noise over all rounds: of any member's part in what the server gave out. Null where it adds
/// none.</param>
public sealed record FederationResult(
    IReadOnlyList<FederatedRound> Rounds, IReadOnlyList<IReadOnlyList<float>> Parameters, double? Epsilon);
