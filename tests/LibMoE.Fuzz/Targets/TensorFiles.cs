using System.Buffers.Binary;
using System.Text;
using LibMoE.Runtime;
using LibMoE.Runtime.Checkpoints.Safetensors;

namespace LibMoE.Fuzz.Targets;

/// <summary>Files of tensors.</summary>
internal static class TensorFiles
{
    public static IEnumerable<byte[]> SafetensorsSeeds() =>
    [
        File("{}", 0),
        File("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8),
        File(
            "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
            + "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12,20]},"
            + "\"c\":{\"dtype\":\"BOOL\",\"shape\":[0,7],\"data_offsets\":[20,20]}}   ",
            20),
    ];

    /// <summary>Opens a file and reads every tensor.</summary>
    public static void ReadSafetensors(byte[] bytes)
    {
        using var file = SafetensorsFile.Open(DiskFiles.Instance, Scratch.Write("model.safetensors", bytes));
        var sum = 0L;
        foreach (var tensor in file.Tensors)
        {
            var data = new byte[tensor.Bytes];
            file.ReadBytes(tensor.Name, 0, data);
            sum += tensor.Bytes;
        }

        // What is accepted has the bytes that its header speaks of and no others.
        var header = (long)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (sum + header + sizeof(ulong) != bytes.Length)
        {
            throw new InvalidDataException($"{sum} bytes of tensors and {header} of header in a file of {bytes.Length} are accepted");
        }
    }

    public static IEnumerable<byte[]> IndexSeeds() =>
    [
        "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"a\":\"one.safetensors\"}}"u8.ToArray(),
        Encoding.UTF8.GetBytes(
            "{\"metadata\":{\"total_size\":16,\"x\":[{\"y\":null}]},"
            + "\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"../two.safetensors\"}}"),
    ];

    /// <summary>Reads an index whose only shard lies beside it.</summary>
    public static void ReadIndex(byte[] bytes)
    {
        Scratch.Write("one.safetensors", SafetensorsSeeds().ElementAt(1));
        using var model = ShardedTensors.Open(DiskFiles.Instance, Scratch.Write("model.safetensors.index.json", bytes));
        if (model.Tensors.Single().Name != "a")
        {
            throw new InvalidDataException("an index without the tensor of its shard is accepted");
        }
    }

    private static byte[] File(string header, int dataBytes)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var file = new byte[sizeof(ulong) + text.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)text.Length);
        text.CopyTo(file, sizeof(ulong));
        return file;
    }
}
