using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Images;

/// <summary>Arrays of bytes as NumPy stores several of them: a zip of <c>.npy</c> files, each of which has a line of text before its
/// numbers (NumPy Enhancement Proposal 1).</summary>
internal static class NpzFile
{
    private const int Fixed = 10;

    private static readonly string[] Wanted = ["'descr': '|u1'", "'fortran_order': False"];

    /// <summary>The numbers of one array, in the order of its rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The array's name.</param>
    /// <exception cref="InvalidDataException">There is no such array, or it is not of bytes.</exception>
    public static byte[] Bytes(string path, string name)
    {
        using var zip = ZipFile.OpenRead(path);
        using var memory = new MemoryStream();
        using (var packed = (zip.GetEntry(name + ".npy") ?? throw Wrong("is not there")).Open())
        {
            packed.CopyTo(memory);
        }

        var all = memory.ToArray();
        if (all.Length < Fixed || all[0] != 0x93 || !all.AsSpan(1).StartsWith("NUMPY"u8) || all[6] != 1)
        {
            throw Wrong("is no .npy file of version 1");
        }

        var numbers = Fixed + BinaryPrimitives.ReadUInt16LittleEndian(all.AsSpan(Fixed - 2));
        var text = numbers <= all.Length ? Encoding.ASCII.GetString(all, Fixed, numbers - Fixed) : "";
        return Array.TrueForAll(Wanted, said => text.Contains(said, StringComparison.Ordinal))
            ? all[numbers..]
            : throw Wrong($"is not of bytes, row by row; it says {text.Trim()}");

        InvalidDataException Wrong(string what) => new($"{path}: the array '{name}' {what}.");
    }
}
