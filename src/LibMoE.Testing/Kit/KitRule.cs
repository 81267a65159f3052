using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>A claim, when it is made, and how it is tried.</summary>
/// <param name="Name">The claim.</param>
/// <param name="Try">Adds what it finds wrong.</param>
/// <param name="WhyNot">Why the claim is not made for a layer, or null where it is.</param>
internal sealed record KitRule(string Name, Action<KitSubject, KitFindings> Try, Func<KitSubject, string?>? WhyNot = null)
{
    /// <summary>Tries the claim. An exception of the layer is a finding like any other.</summary>
    public KitCheck Run(KitSubject subject)
    {
        if (WhyNot?.Invoke(subject) is { } reason)
        {
            return new KitCheck(Name, [], reason);
        }

        using var scope = NewDisposeScope();
        var findings = new KitFindings();
        try
        {
            Try(subject, findings);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            findings.Add($"{error.GetType().Name} was thrown: {error.Message}");
        }

        return new KitCheck(Name, findings.Sentences);
    }
}
