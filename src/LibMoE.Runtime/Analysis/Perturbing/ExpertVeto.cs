namespace LibMoE.Runtime;

/// <summary>A person's word that an expert is not to work.</summary>
/// <param name="Expert">The expert, from 0.</param>
/// <param name="Layer">The MoE layer that it is in, counted over MoE layers from 0; null: the expert of that number in every one.</param>
public sealed record ExpertVeto(int Expert, int? Layer = null)
{
    /// <summary>As it is written: <c>3</c>, or <c>1:3</c> with the layer.</summary>
    public override string ToString() =>
        Layer is { } layer ? FormattableString.Invariant($"{layer}:{Expert}") : FormattableString.Invariant($"{Expert}");
}
