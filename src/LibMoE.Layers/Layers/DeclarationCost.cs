namespace LibMoE.Runtime;

/// <summary>Parameters and FLOPs that one token uses, by gate.</summary>
public static class DeclarationCost
{
    /// <summary>
    /// How many routed experts a token uses: K; the mean number where the gate does not fix it (ReMoE's target, expert choice's factor).
    /// Soft slots count one slot per token, which is the layer's cost where a sequence has as many tokens as slots.
    /// </summary>
    /// <exception cref="ArgumentException">The declaration does not say.</exception>
    public static double ExpertsPerToken(MoeDeclaration declaration) => declaration.PicksPerToken ?? throw new ArgumentException(
        $"{declaration.Name}: how many experts a token uses is not known; set {nameof(MoeDeclaration.PicksPerToken)} in its declaration.",
        nameof(declaration));

    internal static long ActiveParameters(MoeDeclaration declaration, MoeShape shape)
    {
        var specs = declaration.Parameters(shape).Where(spec => !spec.Buffer).ToList();
        var always = specs.Where(spec => !IsRouted(spec)).Sum(spec => spec.Count);
        return always + (long)Math.Round(ExpertsPerToken(declaration) * LargestExpert(specs.Where(IsRouted)));
    }

    internal static long FlopsPerToken(MoeDeclaration declaration, MoeShape shape)
    {
        var specs = declaration.Parameters(shape).Where(spec => !spec.Buffer && spec.Matrix).ToList();
        var always = specs.Where(spec => !IsRouted(spec)).Sum(spec => spec.Count);
        var routed = ExpertsPerToken(declaration) * LargestExpert(specs.Where(IsRouted));
        return (long)Math.Round(2 * (always + routed));
    }

    /// <summary>Parameters of all routed experts, which several ranks can have parts of.</summary>
    internal static long RoutedParameters(MoeDeclaration declaration, MoeShape shape) =>
        declaration.Parameters(shape).Where(spec => !spec.Buffer && IsRouted(spec)).Sum(spec => spec.Count);

    /// <summary>What of <see cref="FlopsPerToken"/> routed experts compute.</summary>
    internal static long RoutedFlops(MoeDeclaration declaration, MoeShape shape) => (long)Math.Round(
        2 * ExpertsPerToken(declaration)
            * LargestExpert(declaration.Parameters(shape).Where(spec => !spec.Buffer && spec.Matrix && IsRouted(spec))));

    /// <summary>Tensors of the routed experts have the expert as their first dim.</summary>
    private static bool IsRouted(ParameterSpec spec) =>
        spec.Name.StartsWith("experts.", StringComparison.Ordinal) || spec.Name.StartsWith("constant.", StringComparison.Ordinal);

    /// <summary>A group is known by its name without the last part: experts.0.up and experts.0.down belong together.</summary>
    private static long LargestExpert(IEnumerable<ParameterSpec> routed) => routed
        .GroupBy(spec => spec.Expert ?? spec.Name[..spec.Name.LastIndexOf('.')])
        .Select(group => group.Sum(spec => spec.Expert is null ? spec.Count / spec.Shape[0] : spec.Count))
        .DefaultIfEmpty(0)
        .Max();
}
