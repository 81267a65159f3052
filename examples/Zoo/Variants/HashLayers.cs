namespace Zoo;

/// <summary>
/// Hash layers (Roller et al. 2021, arXiv:2106.04426): the token's id says which of 64 experts it gets; nothing is learned.
/// </summary>
/// <remarks>Departs: a fixed mixing function takes the place of the paper's random table; it is not balanced by token frequency.</remarks>
[MoeLayer, Experts<Relu>(64), HashGate(Seed = 1)]
public sealed partial class HashLayers;
