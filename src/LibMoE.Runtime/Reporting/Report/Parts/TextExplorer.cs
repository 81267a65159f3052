namespace LibMoE.Runtime;

/// <summary>Texts with the experts that handled each token, block by block.</summary>
/// <param name="Id">Unique on the page.</param>
/// <param name="Texts">In the order that the page offers them.</param>
internal sealed record TextExplorer(string Id, IReadOnlyList<ExploredText> Texts) : IReportPart;

/// <summary>A text as one model routed it.</summary>
/// <param name="Model">Which model, such as "Smoe, seed 0".</param>
/// <param name="Title">Which text, such as its domain.</param>
/// <param name="Experts">How many experts each block has.</param>
/// <param name="Tokens">The tokens in order.</param>
/// <param name="Picks">Per block and token, the picked experts, first choice first, with their weights.</param>
internal sealed record ExploredText(
    string Model,
    string Title,
    int Experts,
    IReadOnlyList<string> Tokens,
    IReadOnlyList<IReadOnlyList<IReadOnlyList<ExploredPick>>> Picks);

/// <summary>One pick of a token.</summary>
/// <param name="Expert">The expert's index.</param>
/// <param name="Weight">What its output is multiplied by.</param>
internal sealed record ExploredPick(int Expert, double Weight);
