using System.Text.Json.Nodes;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>Puts the columns of a group together into rows: what is null stays null, and an empty list is a list.</summary>
/// <param name="table">What is read of the table.</param>
/// <param name="columns">Its columns.</param>
internal sealed class ParquetRecords(ParquetNode table, IReadOnlyDictionary<ParquetNode, ParquetColumn> columns)
{
    /// <summary>The next row.</summary>
    /// <exception cref="InvalidDataException">The columns do not fit each other.</exception>
    public JsonObject Next()
    {
        var row = Struct(table);
        return columns.Values.All(column => column.Repetition == 0)
            ? row
            : throw new InvalidDataException("a column has more values than a row takes");
    }

    /// <summary>That no column has values left.</summary>
    /// <exception cref="InvalidDataException">One has.</exception>
    public void End()
    {
        if (columns.Values.Any(column => !column.IsAtEnd))
        {
            throw new InvalidDataException("a column has more values than its rows take");
        }
    }

    private JsonNode? Take(ParquetNode node)
    {
        if (node.Kind == ParquetNodeKind.Value)
        {
            return columns[node].Take();
        }

        var first = columns[node.Columns.First()];
        if (first.Definition < node.Present)
        {
            return Nothing(node, null);
        }

        return node.Kind switch
        {
            ParquetNodeKind.Struct => Struct(node),
            ParquetNodeKind.List => first.Definition < node.Filled ? Nothing(node, new JsonArray()) : List(node, first),
            _ => first.Definition < node.Filled ? Nothing(node, new JsonObject()) : Map(node, first),
        };
    }

    /// <summary>Each column below has one entry that says so.</summary>
    private JsonNode? Nothing(ParquetNode node, JsonNode? value)
    {
        var left = node.Columns.Select(column => columns[column].Take()).ToList();
        return left.TrueForAll(entry => entry is null) ? value : throw new InvalidDataException("a column has a value within what is null");
    }

    private JsonObject Struct(ParquetNode node) => new(node.Children.Select(child => KeyValuePair.Create(child.Name, Take(child))));

    private JsonArray List(ParquetNode node, ParquetColumn first)
    {
        var list = new JsonArray();
        do
        {
            list.Add(Take(node.Children[0]));
        }
        while (first.Repetition == node.Repetition);
        return list;
    }

    private JsonObject Map(ParquetNode node, ParquetColumn first)
    {
        var map = new JsonObject();
        do
        {
            var key = Take(node.Children[0])?.ToString() ?? throw new InvalidDataException("a map has a key that is null");
            if (!map.TryAdd(key, Take(node.Children[1])))
            {
                throw new InvalidDataException($"a map has the key {MessageText.Quote(key)} twice");
            }
        }
        while (first.Repetition == node.Repetition);
        return map;
    }
}
