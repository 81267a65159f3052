namespace LibMoE.Runtime;

/// <summary>Which text a study used.</summary>
/// <param name="Name">For people.</param>
/// <param name="Sha256">Of everything that was read.</param>
public sealed record CorpusIdentity(string Name, string Sha256);
