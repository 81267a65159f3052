using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace LibMoE.Federated.Arrays;

/// <summary>
/// An array as <c>numpy.save</c> writes one (NEP 1): the magic <c>\x93NUMPY</c>, a version, the length of a header, the header as a Python
/// dictionary, padded with blanks so that numbers begin at a multiple of 64, and the numbers, in C order and little-endian.
/// </summary>
/// <param name="Shape">Its shape; empty for one number.</param>
/// <param name="Values">All numbers, the last place running fastest.</param>
internal sealed partial record NpyArray(IReadOnlyList<long> Shape, float[] Values)
{
    private const int Align = 64;

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    /// <summary>Writes it in version 1.0, as <c>&lt;f4</c>.</summary>
    public byte[] ToBytes()
    {
        var sizes = string.Join(", ", Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}{(Shape.Count == 1 ? "," : "")}), }}";
        var before = Magic.Length + 4;
        var length = (before + text.Length + 1 + Align - 1) / Align * Align - before;
        var bytes = new byte[before + length + Values.Length * sizeof(float)];
        Magic.CopyTo(bytes, 0);
        bytes[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(Magic.Length + 2), checked((ushort)length));
        Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n", bytes.AsSpan(before));
        MemoryMarshal.AsBytes(Values.AsSpan()).CopyTo(bytes.AsSpan(before + length));
        return bytes;
    }

    /// <summary>Reads float32, or float64, which is rounded.</summary>
    /// <exception cref="InvalidDataException">It is no such file, of another type or order, or longer or shorter than its shape
    /// says.</exception>
    public static NpyArray Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 10 || !bytes[..6].SequenceEqual(Magic) || bytes[6] is < 1 or > 3 || bytes[6] > 1 && bytes.Length < 12)
        {
            throw new InvalidDataException("is no .npy file of version 1 to 3");
        }

        var before = bytes[6] == 1 ? 10 : 12;
        var length = bytes[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (length > bytes.Length - before)
        {
            throw new InvalidDataException($"ends inside its header of {length} bytes");
        }

        var header = Header().Match(Encoding.Latin1.GetString(bytes.Slice(before, (int)length)));
        if (!header.Success)
        {
            throw new InvalidDataException("has a header that is not numpy's");
        }

        var (type, shape) = (header.Groups["type"].Value, ShapeOf(header.Groups["shape"].Value));
        if (header.Groups["fortran"].Value == "True" && shape.Count > 1)
        {
            throw new InvalidDataException("is in Fortran order; it must be in C order (numpy.ascontiguousarray)");
        }

        var size = type switch
        {
            "<f4" => sizeof(float),
            "<f8" => sizeof(double),
            _ => throw new InvalidDataException($"holds '{type}'; it must hold <f4 or <f8"),
        };
        var numbers = bytes[(before + (int)length)..];
        if (shape.Aggregate((Int128)size, (product, places) => product * places) != numbers.Length)
        {
            throw new InvalidDataException($"has {numbers.Length} bytes of numbers, which is not what [{string.Join(", ", shape)}] takes");
        }

        return new NpyArray(shape, size == sizeof(float)
            ? MemoryMarshal.Cast<byte, float>(numbers).ToArray()
            : [.. MemoryMarshal.Cast<byte, double>(numbers).ToArray().Select(number => (float)number)]);
    }

    private static List<long> ShapeOf(string text)
    {
        var shape = new List<long>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            shape.Add(long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && shape.Count < 32
                ? size
                : throw new InvalidDataException($"has the shape ({text})"));
        }

        return shape;
    }

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']{1,8})', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[\d, ]*)\),? ?\}\s*$")]
    private static partial Regex Header();
}
