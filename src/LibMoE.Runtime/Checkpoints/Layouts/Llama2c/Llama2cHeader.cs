using System.Buffers.Binary;

namespace LibMoE.Runtime.Checkpoints.Layouts.Llama2c;

/// <summary>The seven numbers that a llama2.c file of version 0 starts with (Karpathy 2023, <c>export.py</c>).</summary>
/// <param name="Dim">The width of the residual stream.</param>
/// <param name="Hidden">The hidden width of the FFN.</param>
/// <param name="Layers">How many blocks.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="Vocabulary">How many token ids.</param>
/// <param name="Context">The longest sequence.</param>
/// <param name="TiedHead">Whether the embedding is the head too; the file says so by the sign of the vocabulary.</param>
internal sealed record Llama2cHeader(
    int Dim, int Hidden, int Layers, int Heads, int KeyValueHeads, int Vocabulary, int Context, bool TiedHead)
{
    /// <summary>The bytes of the header.</summary>
    public const int Bytes = 7 * sizeof(int);

    private const uint LaterVersions = 0x616b3432;

    /// <summary>Reads the numbers.</summary>
    /// <exception cref="StorageException">The file is too short, or of another version.</exception>
    public static Llama2cHeader Read(IRunFile file, string path)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (file.Read(0, bytes) < Bytes)
        {
            throw new StorageException(path, StorageCause.Damaged, $"{path} has {file.Length} bytes; a llama2.c model starts with {Bytes}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == LaterVersions)
        {
            throw new StorageException(
                path, StorageCause.Other,
                $"{path} is a llama2.c file of version 1 or 2; only version 0 (float32 without a magic number) can be read");
        }

        var numbers = new int[7];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(int))..]);
        }

        return new Llama2cHeader(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], Math.Abs(Math.Max(numbers[5], -int.MaxValue)), numbers[6],
            numbers[5] > 0);
    }

    /// <summary>The backbone: Llama with interleaved rotary channels, ε = 1e-5 and base 10,000, which the file does not state.</summary>
    public ModelConfig ToConfig() => new()
    {
        Vocabulary = Vocabulary,
        Dim = Dim,
        Hidden = Hidden,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        Context = Context,
        TieEmbeddings = TiedHead,
        RotaryLayout = RotaryLayout.Interleaved,
        RotaryBase = 10000,
        NormEpsilon = 1e-5,
        Activation = Activation.SwiGlu,
    };
}
