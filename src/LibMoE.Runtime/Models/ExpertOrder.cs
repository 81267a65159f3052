namespace LibMoE.Runtime;

/// <summary>A person's word on which experts work.</summary>
public sealed record ExpertOrder
{
    /// <summary>Experts that no token picks.</summary>
    public IReadOnlyList<ExpertName> Vetoed { get; init; } = [];

    /// <summary>Experts that every token picks, whatever its gate says.</summary>
    public IReadOnlyList<ExpertName> Forced { get; init; } = [];

    /// <summary>Whether it asks for nothing.</summary>
    internal bool IsEmpty => Vetoed.Count == 0 && Forced.Count == 0;

    /// <summary>As part of a name, which a file system takes, too: <c>veto-3+1.0-force-2</c>.</summary>
    internal string Suffix => string.Join('-', new[] { Part("veto", Vetoed), Part("force", Forced) }.OfType<string>());

    private static string? Part(string word, IReadOnlyList<ExpertName> names) =>
        names.Count == 0 ? null : $"{word}-{string.Join('+', names).Replace(':', '.')}";
}
