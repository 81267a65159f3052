namespace LibMoE.Runtime.Checkpoints.Layouts.Gguf;

/// <summary>How the numbers of a tensor are written in a GGUF file (ggml's <c>ggml_type</c>).</summary>
/// <param name="Id">The type's number in a file.</param>
/// <param name="Name">Its name in ggml.</param>
/// <param name="BlockNumbers">How many numbers of a row make up a block.</param>
/// <param name="BlockBytes">The bytes of a block; 0 where the type is known by name only, and cannot be read.</param>
/// <param name="ReadAs">The type of safetensors that its numbers are given back as.</param>
internal sealed record GgufTensorType(int Id, string Name, int BlockNumbers, int BlockBytes, string ReadAs)
{
    /// <summary>A type that can be read and, but for MXFP4, written.</summary>
    public static readonly GgufTensorType F32 = new(0, "F32", 1, 4, "F32");

    /// <inheritdoc cref="F32"/>
    public static readonly GgufTensorType F16 = new(1, "F16", 1, 2, "F16");

    /// <inheritdoc cref="F32"/>
    public static readonly GgufTensorType Bf16 = new(30, "BF16", 1, 2, "BF16");

    /// <inheritdoc cref="F32"/>
    public static readonly GgufTensorType Q8 = new(8, "Q8_0", Q8Blocks.Numbers, Q8Blocks.Bytes, "F32");

    /// <inheritdoc cref="F32"/>
    public static readonly GgufTensorType Mxfp4 = new(39, "MXFP4", Mxfp4Blocks.Numbers, Mxfp4Blocks.Bytes, "F32");

    private static readonly IReadOnlyList<GgufTensorType> Readable = [F32, F16, Bf16, Q8, Mxfp4];

    /// <summary>The other types that ggml names, for messages.</summary>
    private static readonly Dictionary<int, string> Unread = new()
    {
        [2] = "Q4_0",
        [3] = "Q4_1",
        [6] = "Q5_0",
        [7] = "Q5_1",
        [9] = "Q8_1",
        [10] = "Q2_K",
        [11] = "Q3_K",
        [12] = "Q4_K",
        [13] = "Q5_K",
        [14] = "Q6_K",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [20] = "IQ4_NL",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [23] = "IQ4_XS",
        [24] = "I8",
        [25] = "I16",
        [26] = "I32",
        [27] = "I64",
        [28] = "F64",
        [29] = "IQ1_M",
        [34] = "TQ1_0",
        [35] = "TQ2_0",
    };

    /// <summary>What can be read, in words.</summary>
    public static string Allowed => string.Join(", ", Readable.Select(type => type.Name));

    /// <summary>The type of a number in a file; null where it cannot be read.</summary>
    public static GgufTensorType? Find(uint id) => Readable.FirstOrDefault(type => type.Id == id);

    /// <summary>What a number in a file is called.</summary>
    public static string NameOf(uint id) => id <= int.MaxValue && Unread.TryGetValue((int)id, out var name) ? name : $"number {id}";

    /// <summary>The bytes of so many numbers in whole blocks.</summary>
    public long BytesOf(long numbers) => numbers / BlockNumbers * BlockBytes;
}
