namespace LibMoE;

/// <summary>A kind of expert, as named in <c>[Experts&lt;TExpert&gt;]</c>: what one expert computes from a token.</summary>
public interface IExpert;

/// <summary>An expert kind that multiplies no matrices (MoE++, Jin et al. 2024): it costs next to nothing and has
/// no hidden width.</summary>
public interface IZeroComputeExpert : IExpert;
