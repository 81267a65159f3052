namespace LibMoE.Runtime;

/// <content>Variants whose blocks have different layers: this declaration's, and those for certain blocks beside it.</content>
public sealed partial class MoeDeclaration
{
    /// <summary>The blocks of a model that have this layer; null for all that no layer of <see cref="ByBlock"/> names.</summary>
    public IReadOnlyList<BlockRange>? Blocks { get; init; }

    /// <summary>The layers that certain other blocks of the variant have.</summary>
    public IReadOnlyList<MoeVariant> ByBlock { get; init; } = [];

    /// <summary>Whether which layer a block has depends on its number.</summary>
    public bool DiffersByBlock => Blocks is not null || ByBlock.Count > 0;

    /// <summary>The variant's layers: this one, then those of <see cref="ByBlock"/>.</summary>
    public IEnumerable<MoeDeclaration> Layers => [this, .. ByBlock.Select(other => other.Declaration)];

    /// <summary>The blocks of this layer as they are declared, such as <c>0-2, 5</c>; empty where it names none.</summary>
    public string BlocksText => string.Join(", ", Blocks ?? []);

    /// <summary>The layer of a block of a model; null where the block is dense.</summary>
    /// <param name="block">The block's number, from 0.</param>
    public MoeDeclaration? In(int block) =>
        ByBlock.FirstOrDefault(other => other.Declaration.Takes(block))?.Declaration ?? (Takes(block) ? this : null);

    /// <summary>Whether this layer is the one of a block, unless one of <see cref="ByBlock"/> names it.</summary>
    internal bool Takes(int block) => Blocks is null || Blocks.Any(range => range.Contains(block));

    /// <summary>A layer's own text, and what belongs to it where blocks differ: its blocks, and the layers beside it, each indented.
    /// </summary>
    private string OfAllBlocks(string own, Func<MoeDeclaration, string> text)
    {
        var blocks = Blocks is null ? "" : $"\nblocks {BlocksText}";
        var others = ByBlock.Select(other => "\nlayer\n  " + text(other.Declaration).Replace("\n", "\n  ", StringComparison.Ordinal));
        return own + blocks + string.Concat(others);
    }
}
