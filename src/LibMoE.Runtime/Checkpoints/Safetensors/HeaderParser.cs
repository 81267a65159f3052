using System.Text.Json;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Checkpoints.Safetensors;

/// <summary>Reads the text of a header into its tensors, by rules 4 to 16.</summary>
internal ref struct HeaderParser
{
    private const int Depth = 3;   // the header, an entry, its shape

    private readonly List<TensorSpan> _entries = [];
    private readonly HashSet<string> _names = [];
    private readonly int _length;
    private readonly string? _decoded;
    private Dictionary<string, string>? _metadata;
    private HeaderText _text;

    /// <param name="path">The file, for messages.</param>
    /// <param name="header">The text.</param>
    /// <param name="budget">What may be allocated.</param>
    /// <param name="decoded">A dtype that cannot be held and that the caller decodes.</param>
    /// <exception cref="SafetensorsException">The text is not UTF-8, or not between braces (rules 4 and 5).</exception>
    public HeaderParser(string path, ReadOnlySpan<byte> header, MemoryBudget budget, string? decoded = null)
    {
        (_length, _decoded) = (header.Length, decoded);
        _text = new HeaderText(path, header, Depth, budget);
        var trimmed = header.Trim(" \t\r\n"u8);
        if (trimmed.IsEmpty || trimmed[0] != '{' || trimmed[^1] != '}')
        {
            throw _text.Error(SafetensorsRule.Braces, "its header does not begin with '{' or does not end in '}', white space aside");
        }
    }

    /// <summary>Reads the whole text.</summary>
    /// <param name="dataLength">The bytes that follow the header in the file.</param>
    /// <exception cref="SafetensorsException">A rule is broken.</exception>
    public SafetensorsHeader Parse(long dataLength)
    {
        _text.Read();
        while (_text.ReadName())
        {
            var name = _text.Text();
            _text.TakeEntry();
            if (!_names.Add(name))
            {
                throw _text.Error(SafetensorsRule.UniqueNames, $"its header has the name {MessageText.Quote(name)} twice");
            }

            _text.Read();
            if (name == SafetensorsHeader.MetadataName)
            {
                ReadMetadata();
            }
            else
            {
                ReadEntry(name);
            }
        }

        // Reading past the end is what makes the JSON reader look for anything after the object.
        _text.Read();
        CheckPlaces(dataLength);
        return new SafetensorsHeader(_entries, _metadata ?? [], SafetensorsHeader.LengthBytes + _length);
    }

    private void ReadMetadata()
    {
        if (_text.Kind == JsonTokenType.Null)
        {
            _metadata = [];
            return;
        }

        if (_text.Kind != JsonTokenType.StartObject)
        {
            throw _text.Error(SafetensorsRule.Metadata, "__metadata__ is not an object");
        }

        _metadata = [];
        while (_text.ReadName())
        {
            _text.TakeEntry();
            var key = _text.Text();
            _text.Read();
            if (_text.Kind != JsonTokenType.String)
            {
                throw _text.Error(SafetensorsRule.Metadata, $"__metadata__ has {MessageText.Quote(key)} with a value that is not a text");
            }

            if (!_metadata.TryAdd(key, _text.Text()))
            {
                throw _text.Error(SafetensorsRule.UniqueNames, $"__metadata__ has the name {MessageText.Quote(key)} twice");
            }
        }
    }

    private void ReadEntry(string name)
    {
        if (_text.Kind != JsonTokenType.StartObject)
        {
            throw _text.Error(SafetensorsRule.EntryFields, $"{MessageText.Quote(name)} is not an object");
        }

        SafetensorsDType? dtype = null;
        long[]? shape = null;
        (long Begin, long End)? offsets = null;
        while (_text.ReadName())
        {
            var field = _text.Text();
            _text.Read();
            var repeated = field switch
            {
                "dtype" => dtype is not null,
                "shape" => shape is not null,
                "data_offsets" => offsets is not null,
                _ => throw _text.Error(
                    SafetensorsRule.EntryFields,
                    $"{MessageText.Quote(name)} has the field {MessageText.Quote(field)}; only dtype, shape and data_offsets are allowed"),
            };
            if (repeated)
            {
                throw _text.Error(SafetensorsRule.UniqueNames, $"{MessageText.Quote(name)} has the field {field} twice");
            }

            switch (field)
            {
                case "dtype":
                    dtype = ReadDType(name);
                    break;
                case "shape":
                    shape = ReadShape(name);
                    break;
                default:
                    offsets = ReadOffsets(name);
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is not { } span)
        {
            throw _text.Error(SafetensorsRule.EntryFields, $"{MessageText.Quote(name)} lacks one of dtype, shape and data_offsets");
        }

        _entries.Add(new TensorSpan(CheckSize(name, dtype, shape, span), span.Begin));
    }

    private SafetensorsDType ReadDType(string name)
    {
        if (_text.Kind != JsonTokenType.String)
        {
            throw _text.Error(SafetensorsRule.EntryFields, $"{MessageText.Quote(name)} has a dtype that is not a text");
        }

        var dtype = _text.Text();
        return SafetensorsDType.All.GetValueOrDefault(dtype)
            ?? throw _text.Error(
                SafetensorsRule.DType, $"{MessageText.Quote(name)} has the dtype {MessageText.Quote(dtype)}, which the format lacks");
    }

    private long[] ReadShape(string name)
    {
        if (_text.Kind != JsonTokenType.StartArray)
        {
            throw _text.Error(SafetensorsRule.Shape, $"{MessageText.Quote(name)} has a shape that is not a list");
        }

        Span<long> sizes = stackalloc long[TensorLayout.MostDimensions];
        var rank = 0;
        while (_text.Read() && _text.Kind != JsonTokenType.EndArray)
        {
            if (!_text.TryUnsigned(out var size) || size > TensorLayout.LargestDimension)
            {
                throw _text.Error(
                    SafetensorsRule.Shape, $"{MessageText.Quote(name)} has a size that is not an integer of digits from 0 to 2^48-1");
            }

            if (rank == sizes.Length)
            {
                throw _text.Error(SafetensorsRule.Shape, $"{MessageText.Quote(name)} has more than {sizes.Length} dimensions");
            }

            sizes[rank++] = size;
        }

        _text.TakeNumbers(rank);
        return sizes[..rank].ToArray();
    }

    private (long Begin, long End) ReadOffsets(string name)
    {
        var isPair = _text.Kind == JsonTokenType.StartArray;
        var begin = 0L;
        var end = 0L;
        isPair = isPair && _text.Read() && _text.TryUnsigned(out begin);
        isPair = isPair && _text.Read() && _text.TryUnsigned(out end);
        isPair = isPair && _text.Read() && _text.Kind == JsonTokenType.EndArray;
        return isPair
            ? (begin, end)
            : throw _text.Error(
                SafetensorsRule.EntryFields, $"{MessageText.Quote(name)} has data_offsets that are not two integers of digits");
    }

    private readonly TensorLayout CheckSize(string name, SafetensorsDType dtype, long[] shape, (long Begin, long End) span)
    {
        if (!TensorLayout.TryCountBits(shape, dtype, out var bits))
        {
            throw _text.Error(SafetensorsRule.SizeOverflow, $"{MessageText.Quote(name)} would have more than 2^63-1 bits");
        }

        if (bits % 8 != 0)
        {
            throw _text.Error(SafetensorsRule.WholeBytes, $"{MessageText.Quote(name)} would have {bits} bits, which are not whole bytes");
        }

        if (span.End < span.Begin)
        {
            throw _text.Error(
                SafetensorsRule.Contiguous, $"{MessageText.Quote(name)} ends at {span.End}, before it begins at {span.Begin}");
        }

        if (span.End - span.Begin != bits / 8)
        {
            throw _text.Error(
                SafetensorsRule.SizeMatchesOffsets,
                $"{MessageText.Quote(name)} has offsets {span.End - span.Begin} bytes apart, but its dtype and shape take {bits / 8}");
        }

        return dtype.Torch is null && dtype.Name != _decoded
            ? throw _text.Error(SafetensorsRule.DType, $"{MessageText.Quote(name)} has the dtype {dtype.Name}, which cannot be held here")
            : new TensorLayout(name, dtype, shape);
    }

    private readonly void CheckPlaces(long dataLength)
    {
        // An empty tensor lies before the one that begins at the same byte.
        _entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var end = 0L;
        foreach (var entry in _entries)
        {
            if (entry.Begin != end)
            {
                throw _text.Error(
                    SafetensorsRule.Contiguous,
                    $"{MessageText.Quote(entry.Layout.Name)} begins at {entry.Begin}, but what is before it ends at {end}");
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw _text.Error(SafetensorsRule.EndsWithData, $"its tensors end at {end}, but {dataLength} bytes follow the header");
        }
    }
}
