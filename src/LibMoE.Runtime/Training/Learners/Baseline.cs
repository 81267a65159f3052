namespace LibMoE.Runtime;

/// <summary>A simple method, measured on the same held-out examples as a study's variants.</summary>
/// <param name="Name">As tables show it, such as <c>logistic regression</c>.</param>
/// <param name="Metrics">What it comes to, in the order of <see cref="Learner.Metrics"/>. A seed changes nothing in it, so that its errors
/// are over examples alone; NaN is what it has no figure for.</param>
public sealed record Baseline(string Name, IReadOnlyList<MeasuredMetric> Metrics);
