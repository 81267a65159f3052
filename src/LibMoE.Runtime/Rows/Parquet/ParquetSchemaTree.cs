using LibMoE.Runtime.Common;
using Parquet.Meta;

namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>
/// Reads the schema of a table: the elements in the order of a walk from the top. Lists and maps are recognised as the format's own page
/// has it (parquet-format, LogicalTypes.md, "Nested Types" with its rules for older writers).
/// </summary>
internal sealed class ParquetSchemaTree
{
    private const int Deepest = 32;

    private readonly IReadOnlyList<SchemaElement> _elements;
    private int _next;

    private ParquetSchemaTree(IReadOnlyList<SchemaElement> elements) => _elements = elements;

    /// <summary>The table as a struct of its columns.</summary>
    /// <exception cref="InvalidDataException">The elements make no tree, or one deeper than 32.</exception>
    public static ParquetNode Of(IReadOnlyList<SchemaElement> elements)
    {
        var tree = new ParquetSchemaTree(elements);
        var top = tree.Next();
        var table = new ParquetNode(ParquetNodeKind.Struct, top.Name, 0, tree.Children(top, 0, 0, []));
        return tree._next == elements.Count ? table : throw new InvalidDataException("its schema has parts that belong to no field");
    }

    private SchemaElement Next() =>
        _next < _elements.Count ? _elements[_next++] : throw new InvalidDataException("its schema ends within a field");

    private List<ParquetNode> Children(SchemaElement of, int definition, int repetition, IReadOnlyList<string> path)
    {
        var children = new List<ParquetNode>();
        for (var child = 0; child < (of.NumChildren ?? 0); child++)
        {
            children.Add(Field(definition, repetition, path));
        }

        return children;
    }

    private ParquetNode Field(int definition, int repetition, IReadOnlyList<string> path)
    {
        var element = Next();
        path = Below(path, element);
        if (element.RepetitionType != FieldRepetitionType.REPEATED)
        {
            return Content(element, definition + (element.RepetitionType == FieldRepetitionType.OPTIONAL ? 1 : 0), repetition, path);
        }

        // Repeated without a group around it: a list that cannot be null of elements that cannot.
        return List(element.Name, definition, definition + 1, repetition + 1, Content(element, definition + 1, repetition + 1, path));
    }

    private ParquetNode Content(SchemaElement element, int present, int repetition, IReadOnlyList<string> path)
    {
        if ((element.NumChildren ?? 0) == 0)
        {
            return new ParquetNode(ParquetNodeKind.Value, element.Name, present, []) { Path = path, Repetition = repetition };
        }

        var holdsRepeated = element.NumChildren == 1 && _next < _elements.Count
            && _elements[_next].RepetitionType == FieldRepetitionType.REPEATED;
        if (holdsRepeated && (element.ConvertedType == ConvertedType.LIST || element.LogicalType?.LIST is not null))
        {
            return List(element.Name, present, present + 1, repetition + 1, Element(element, present + 1, repetition + 1, path));
        }

        var isMap = element.ConvertedType is ConvertedType.MAP or ConvertedType.MAP_KEY_VALUE || element.LogicalType?.MAP is not null;
        return holdsRepeated && isMap
            ? Map(element, present, repetition, path)
            : new ParquetNode(ParquetNodeKind.Struct, element.Name, present, Children(element, present, repetition, path));
    }

    /// <summary>Whether the repeated group is the element or only wraps it follows from its names and the number of its fields.</summary>
    private ParquetNode Element(SchemaElement list, int definition, int repetition, IReadOnlyList<string> path)
    {
        var repeated = Next();
        path = Below(path, repeated);
        var wraps = repeated.NumChildren == 1 && repeated.Name != "array" && repeated.Name != $"{list.Name}_tuple";
        return wraps ? Field(definition, repetition, path) : Content(repeated, definition, repetition, path);
    }

    private ParquetNode Map(SchemaElement element, int present, int repetition, IReadOnlyList<string> path)
    {
        var entry = Next();
        var fields = Children(entry, present + 1, repetition + 1, Below(path, entry));
        return fields.Count == 2
            ? new ParquetNode(ParquetNodeKind.Map, element.Name, present, fields) { Filled = present + 1, Repetition = repetition + 1 }
            : throw new InvalidDataException(
                $"its map {MessageText.Quote(element.Name)} has {fields.Count} fields an entry where key and value are needed");
    }

    private static ParquetNode List(string name, int present, int filled, int repetition, ParquetNode element) =>
        new(ParquetNodeKind.List, name, present, [element]) { Filled = filled, Repetition = repetition };

    private static IReadOnlyList<string> Below(IReadOnlyList<string> path, SchemaElement element) => path.Count < Deepest
        ? [.. path, element.Name]
        : throw new InvalidDataException($"its schema is over {Deepest} fields deep");
}
