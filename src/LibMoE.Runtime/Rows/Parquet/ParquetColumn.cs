using System.Text.Json.Nodes;
using Parquet.Data;

namespace LibMoE.Runtime.Rows.Parquet;

/// <summary>The values of a column in a group of rows, read one after the other.</summary>
/// <param name="node">The column.</param>
/// <param name="data">What the file has of it.</param>
/// <param name="count">How many values it has, nulls among them.</param>
internal sealed class ParquetColumn(ParquetNode node, RawColumnData data, int count)
{
    private readonly int[]? _definitions = node.Present > 0 ? data.DefinitionLevels.ToArray() : null;
    private readonly int[]? _repetitions = node.Repetition > 0 ? data.RepetitionLevels.ToArray() : null;
    private readonly Func<int, JsonNode> _values = ParquetValues.Of(node, data);
    private int _next;
    private int _nextValue;

    /// <summary>Whether all were taken.</summary>
    public bool IsAtEnd => _next == count;

    /// <summary>The definition level of the next value.</summary>
    public int Definition => IsAtEnd ? throw Ended() : _definitions?[_next] ?? 0;

    /// <summary>The repetition level of the next value; at the end 0, as where the next row begins.</summary>
    public int Repetition => IsAtEnd ? 0 : _repetitions?[_next] ?? 0;

    /// <summary>Takes the next value; null where there is none.</summary>
    public JsonNode? Take()
    {
        var isThere = Definition >= node.Present;
        _next++;
        return isThere ? _values(_nextValue++) : null;
    }

    private static InvalidDataException Ended() => new("a column ends before its rows do");
}
