namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>What a part of a Parquet schema is to its reader.</summary>
internal enum ParquetNodeKind
{
    /// <summary>A column of values.</summary>
    Value,

    /// <summary>Fields by name.</summary>
    Struct,

    /// <summary>Elements in order.</summary>
    List,

    /// <summary>Values by key.</summary>
    Map,
}

/// <summary>
/// A part of a table's schema, with the levels that say what is there (Melnik et al. 2010, "Dremel: Interactive Analysis of Web-Scale
/// Datasets", section 4): of a value, the definition level counts the optional and repeated parts above it that are present, the repetition
/// level says at which list it continues.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; of a list's element, of no use.</param>
/// <param name="Present">The least definition level at which it is not null.</param>
/// <param name="Children">A struct's fields; a list's element; a map's key and value.</param>
internal sealed record ParquetNode(ParquetNodeKind Kind, string Name, int Present, IReadOnlyList<ParquetNode> Children)
{
    /// <summary>Of a list or map, the least definition level at which it has an element.</summary>
    public int Filled { get; init; }

    /// <summary>Of a list or map, the repetition level of its second and later elements; of a column, the highest that it has.</summary>
    public int Repetition { get; init; }

    /// <summary>Of a column, the names from the table down to it as the file has them, those of wrapping groups among them.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];

    /// <summary>The columns at or below it, in the order of the file.</summary>
    public IEnumerable<ParquetNode> Columns => Kind == ParquetNodeKind.Value ? [this] : Children.SelectMany(child => child.Columns);

    /// <summary>The part of it that holds everything that is asked for; null where that is nothing.</summary>
    /// <param name="isAsked">Whether a column is.</param>
    public ParquetNode? Only(Predicate<ParquetNode> isAsked)
    {
        if (Kind == ParquetNodeKind.Value)
        {
            return isAsked(this) ? this : null;
        }

        var kept = Children.Select(child => child.Only(isAsked)).OfType<ParquetNode>().ToList();
        return kept.Count == 0 ? null : Kind == ParquetNodeKind.Map ? this : this with { Children = kept };
    }

    /// <summary>The columns that a dotted path names: all below the part that it leads to.</summary>
    public IEnumerable<ParquetNode> Named(ReadOnlySpan<string> path)
    {
        if (path.Length == 0 || Kind is ParquetNodeKind.Value or ParquetNodeKind.Map)
        {
            return Columns;
        }

        var found = new List<ParquetNode>();
        if (Kind == ParquetNodeKind.List)
        {
            found.AddRange(Children[0].Named(path));
            found.AddRange(path[0].All(char.IsAsciiDigit) ? Children[0].Named(path[1..]) : []);
            return found;
        }

        for (var end = 1; end <= path.Length; end++)
        {
            var name = string.Join('.', path[..end].ToArray());
            foreach (var child in Children.Where(child => child.Name == name))
            {
                found.AddRange(child.Named(path[end..]));
            }
        }

        return found;
    }
}
