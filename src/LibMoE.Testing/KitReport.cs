namespace LibMoE.Runtime.Testing;

/// <summary>One check of the kit.</summary>
/// <param name="Name">What holds, as a claim.</param>
/// <param name="Failures">One sentence per failure; empty where it holds.</param>
/// <param name="NotApplicable">Why the claim is not made for this layer, or null.</param>
public sealed record KitCheck(string Name, IReadOnlyList<string> Failures, string? NotApplicable = null)
{
    /// <summary>Whether it was made and holds.</summary>
    public bool Passed => NotApplicable is null && Failures.Count == 0;
}

/// <summary>What the kit found about a layer.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Checks">Every check, also those that do not apply.</param>
public sealed record KitReport(string Layer, IReadOnlyList<KitCheck> Checks)
{
    /// <summary>Every failure, with the name of its check.</summary>
    public IReadOnlyList<string> Failures => [.. Checks.SelectMany(check => check.Failures.Select(failure => $"{check.Name}: {failure}"))];

    /// <summary>One line per check.</summary>
    public override string ToString() => string.Join('\n', Checks.Select(check => check switch
    {
        { NotApplicable: { } why } => $"  -  {check.Name} ({why})",
        { Passed: true } => $"  ok {check.Name}",
        _ => $"FAIL {check.Name}: {string.Join(" ", check.Failures)}",
    }).Prepend(Layer));
}

/// <summary>A layer does not do what it declares; the message has one sentence per failure.</summary>
/// <param name="report">What was found.</param>
public sealed class KitFailedException(KitReport report)
    : Exception($"{report.Layer} fails {report.Failures.Count} check(s) of the kit:\n{string.Join('\n', report.Failures)}")
{
    /// <summary>What was found.</summary>
    public KitReport Report { get; } = report;
}
