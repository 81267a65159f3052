using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// An expert kind of your own: a module from rows [N, D] to rows [N, D] (<see cref="MoeShape.OutputWidth"/>), each made from its row alone.
/// Use it as <c>[Experts&lt;TSelf&gt;(8)]</c>.
/// </summary>
/// <typeparam name="TSelf">The expert; the parameters of expert i stand under <c>experts.{i}.</c> in the layer's state dict.</typeparam>
public interface IExpertKind<TSelf> : IExpert
    where TSelf : nn.Module<Tensor, Tensor>, IExpertKind<TSelf>
{
    /// <summary>Makes one expert with its initial parameters, in the type and on the device of the place.</summary>
    static abstract TSelf Create(ExpertPlace place);
}

/// <summary>Where an expert stands.</summary>
/// <param name="Hidden">The hidden width: the declaration's, or the model's where that is 0.</param>
/// <param name="Shape">The layer's shape.</param>
/// <param name="Prefix">The first part of the parameters' names inside the layer.</param>
public sealed record ExpertPlace(long Hidden, MoeShape Shape, string Prefix)
{
    /// <summary>A parameter that starts as N(0, std), drawn from a generator of its own, seeded by the layer's seed and
    /// the full name.</summary>
    public TorchSharp.Modules.Parameter Parameter(string name, double std, params long[] shape) =>
        new(new ParameterSpec(Prefix + name, shape, std).Initialize(Shape));
}
