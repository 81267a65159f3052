using System.Reflection;

namespace LibMoE.Runtime;

/// <summary>Declares which parts of a model with this layer a member of a federation keeps to itself, beside those of
/// <see cref="FederatedOptions.Local"/>. What a layer computes is the same with and without it.</summary>
/// <example><code>[MoeLayer, Experts&lt;Relu&gt;(4), SoftmaxGate(TopK = 2), KeepLocal(LocalParts.Router)]</code></example>
/// <param name="parts">The parts.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KeepLocalAttribute(LocalParts parts) : Attribute
{
    /// <summary>The parts.</summary>
    public LocalParts Parts { get; } = parts;

    /// <summary>What the layers of a learner declare together.</summary>
    internal static LocalParts Of(Learner learner) => learner.MoeLayers
        .Select(layer => layer.GetType().GetCustomAttribute<KeepLocalAttribute>()?.Parts ?? LocalParts.None)
        .Aggregate(LocalParts.None, (all, parts) => all | parts);
}
