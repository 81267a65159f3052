using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Reporting.Report.Parts;

/// <summary>Texts with the experts that handled each token, block by block.</summary>
/// <param name="Id">Unique on the page.</param>
/// <param name="Texts">In the order that the page offers them.</param>
internal sealed record TextExplorer(string Id, IReadOnlyList<ExploredText> Texts) : IReportPart;

/// <summary>A text as one model routed it.</summary>
/// <param name="Model">Which model, such as "Smoe, seed 0".</param>
/// <param name="Title">Which text, such as its domain.</param>
/// <param name="Experts">How many experts each block has.</param>
/// <param name="Tokens">The tokens in order.</param>
/// <param name="Blocks">Per block, each token's picks, first choice first, with their weights.</param>
internal sealed record ExploredText(string Model, string Title, int Experts, IReadOnlyList<string> Tokens, IReadOnlyList<BlockTrace> Blocks)
{
    /// <summary>As the page's script reads it: weights to three digits, slots that are empty at the end of a token left out.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["title"] = Title,
        ["experts"] = Experts,
        ["tokens"] = new JsonArray([.. Tokens.Select(token => JsonValue.Create(token))]),
        ["blocks"] = new JsonArray([.. Blocks.Select(block => new JsonObject
        {
            ["block"] = block.Block,
            ["experts"] = new JsonArray(
                [.. block.Experts.Select(experts_K => Array(experts_K, Filled(experts_K), expert => JsonValue.Create(expert)))]),
            ["weights"] = new JsonArray([.. block.Weights.Select((weights_K, token) =>
                Array(weights_K, Filled(block.Experts[token]), weight => JsonValue.Create(Math.Round(weight, 3))))]),
        })]),
    };

    private static int Filled(IReadOnlyList<int> experts_K)
    {
        var filled = experts_K.Count;
        while (filled > 0 && experts_K[filled - 1] < 0)
        {
            filled--;
        }

        return filled;
    }

    private static JsonArray Array<T>(IReadOnlyList<T> values, int count, Func<T, JsonNode> node) =>
        new([.. values.Take(count).Select(node)]);
}
