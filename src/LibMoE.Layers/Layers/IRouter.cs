using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A router of your own: a module that makes logits and scores; the layer picks the K largest scores, weighs, dispatches and balances as
/// for a built-in gate. Name it in an attribute that derives from <see cref="GateAttribute{TRouter}"/>; a <c>[Description]</c> on that
/// attribute stands in the layer's formulas, and its <see cref="GateAttribute{TRouter}.RoutesTokensAlone"/> says whether tokens meet in
/// <see cref="Route"/>. TopK, Normalize, Scale and Jitter are the layer's affair, RouterBias and InitStd the router's.
/// </summary>
/// <typeparam name="TSelf">The router, a module whose parameters stand under <c>router.</c> in the layer's state dict.</typeparam>
/// <typeparam name="TOptions">The gate's attribute.</typeparam>
public interface IRouter<TSelf, TOptions>
    where TSelf : nn.Module, IRouter<TSelf, TOptions>
    where TOptions : GateAttribute
{
    /// <summary>Makes the router with its initial parameters, in the type and on the device of the place.</summary>
    static abstract TSelf Create(RouterPlace place, TOptions options);

    /// <summary>Makes logits and scores; both carry gradients.</summary>
    /// <param name="x_TD">Tokens, in the layer's type, [T, D]; cast them to the parameters' type.</param>
    RouterScores Route(Tensor x_TD);
}

/// <summary>What a router makes.</summary>
/// <param name="Logits_TE">Logits [T, E] in the router's type; balancing terms read them.</param>
/// <param name="Scores_TE">Scores [T, E], at least 0 and the larger the better.</param>
public readonly record struct RouterScores(Tensor Logits_TE, Tensor Scores_TE);

/// <summary>Where a router stands.</summary>
/// <param name="Experts">E.</param>
/// <param name="Shape">The layer's shape; parameters take <see cref="MoeShape.RouterDType"/>.</param>
/// <param name="Prefix">The first part of the parameters' names inside the layer.</param>
public sealed record RouterPlace(int Experts, MoeShape Shape, string Prefix)
{
    /// <summary>A parameter that starts as N(0, std), drawn from a generator of its own, seeded by the layer's seed and
    /// the full name.</summary>
    public TorchSharp.Modules.Parameter Parameter(string name, double std, params long[] shape) =>
        new(new ParameterSpec(Prefix + name, shape, std) { Router = true }.Initialize(Shape));
}
