using System.Buffers.Binary;
using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

/// <summary>Builds the bytes of a file, right or wrong, from the text of its header.</summary>
internal static class FileText
{
    public static byte[] Of(string header, int dataBytes = 0) => Of(Encoding.UTF8.GetBytes(header), dataBytes);

    public static byte[] Of(byte[] header, int dataBytes = 0) => WithLength((ulong)header.Length, [.. header, .. new byte[dataBytes]]);

    public static byte[] WithLength(ulong headerLength, byte[] rest)
    {
        var file = new byte[sizeof(ulong) + rest.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerLength);
        rest.CopyTo(file, sizeof(ulong));
        return file;
    }

    /// <summary>A header with one tensor.</summary>
    public static string One(string dtype = "\"F32\"", string shape = "[2]", string offsets = "[0,8]", string more = "") =>
        $"{{\"a\":{{\"dtype\":{dtype},\"shape\":{shape},\"data_offsets\":{offsets}{more}}}}}";
}
