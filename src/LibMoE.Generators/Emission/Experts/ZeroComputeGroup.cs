using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>A group of zero-compute experts.</summary>
/// <param name="Model">The group.</param>
/// <param name="First">Its first routable slot, as C# source.</param>
/// <param name="Count">How many experts it has, as C# source.</param>
/// <param name="FirstConstant">How many constant experts stand before it.</param>
internal sealed record ZeroComputeGroup(ExpertGroupModel Model, string First, string Count, int FirstConstant)
{
    private string Range => $"first: {First}, count: {Count}";

    private string Constants => $"constantValue_ZD, constantWeight_Z2D, {Range}, firstConstant: {FirstConstant}";

    /// <summary>The line of the description.</summary>
    public Formula Formula() => new("experts", Model.Kind switch
    {
        "Zero" => Text.Count(Model.Count, "zero expert") + ":  f_e(x) = 0",
        "Copy" => Text.Count(Model.Count, "copy expert") + ":  f_e(x) = x",
        _ => Text.Count(Model.Count, "constant expert") + ":  f_e(x) = α₁·x + α₂·v_e,  α = softmax(W_e·x)",
    });

    /// <summary>The weighted sum over the picks of this group; null where it is 0.</summary>
    public string? Sum(string picks) => Model.Kind switch
    {
        "Zero" => null,
        "Copy" => $"ZeroCompute.Copy(x_TD, {picks}, weights_TK, {Range})",
        _ => $"ZeroCompute.Constant(x_TD, {picks}, weights_TK, {Constants})",
    };

    /// <summary>Each pick's own output; null where it is 0.</summary>
    /// <param name="picks">The picks.</param>
    /// <param name="input">What experts read.</param>
    public string? PerPick(string picks, string input) => Model.Kind switch
    {
        "Zero" => null,
        "Copy" => $"ZeroCompute.CopyPerPick({input}, {picks}, {Range})",
        _ => $"ZeroCompute.ConstantPerPick({input}, {picks}, {Constants})",
    };
}
