using LibMoE.Runtime;

namespace LibMoE.Serving.Texts;

/// <summary>A person's word against experts, for one text.</summary>
/// <param name="Vetoes">Which experts.</param>
/// <param name="Who">The name of the key that the request brought.</param>
/// <param name="Reason">Why, in the person's words.</param>
internal sealed record VetoOrder(IReadOnlyList<ExpertVeto> Vetoes, string Who, string Reason);
