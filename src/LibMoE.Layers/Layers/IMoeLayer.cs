namespace LibMoE.Runtime;

/// <summary>What every declared layer offers without an instance; the generator implements it.</summary>
/// <typeparam name="TSelf">The layer.</typeparam>
public interface IMoeLayer<TSelf>
    where TSelf : MoeLayer, IMoeLayer<TSelf>
{
    /// <summary>Makes the layer with its initial parameters.</summary>
    /// <exception cref="ArgumentException">The shape does not fit the declaration; the message says what is allowed.</exception>
    static abstract TSelf Create(MoeShape shape);

    /// <summary>What was declared.</summary>
    static abstract MoeDeclaration Declaration { get; }
}
