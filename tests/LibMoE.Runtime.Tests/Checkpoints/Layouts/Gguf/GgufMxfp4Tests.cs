using System.Text;
using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>Experts of published gpt-oss files are in ggml's MXFP4, which is read number by number.</summary>
public sealed class GgufMxfp4Tests : IDisposable
{
    private static readonly double[] Sizes = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lower_halves_of_a_block_are_its_first_numbers_and_upper_halves_the_others()
    {
        var block = new byte[17];
        block[0] = 129;
        for (var i = 0; i < 16; i++)
        {
            block[1 + i] = (byte)(i + (16 * (15 - i)));
        }

        var numbers = new float[32];
        Mxfp4Blocks.Read(block, numbers);

        Assert.Equal(
            Enumerable.Range(0, 16).Concat(Enumerable.Range(0, 16).Select(i => 15 - i)).Select(code => 4 * Number(code)),
            numbers.Select(number => (double)number));
    }

    [Fact]
    public void A_tensor_of_a_file_is_read_whole_and_in_parts()
    {
        var random = new Random(3);
        var blocks = Enumerable.Range(0, 6).SelectMany(_ =>
        {
            var block = new byte[17];
            random.NextBytes(block);
            block[0] = (byte)random.Next(120, 130);
            return block;
        }).ToArray();
        var path = Path.Combine(_folder.Path, "blocks.gguf");
        File.WriteAllBytes(path, OneTensor([64, 3], blocks));
        var expected = blocks.Chunk(17).SelectMany(block => Enumerable.Range(0, 32).Select(
            i => (float)(Number(i < 16 ? block[1 + i] % 16 : block[i - 15] / 16) * Math.Pow(2, block[0] - 127)))).ToArray();

        using var file = GgufFile.Open(DiskFiles.Instance, path);

        var found = Assert.Single(file.Tensors);
        Assert.Equal(("a", "F32"), (found.Name, found.DType.Name));
        Assert.Equal([3, 64], found.Shape);
        foreach (var (start, count) in new[] { (0, 192), (0, 1), (31, 2), (33, 100), (191, 1), (64, 64) })
        {
            var bytes = new byte[4 * count];
            file.ReadBytes("a", 4L * start, bytes);
            Assert.Equal(expected[start..(start + count)], bytes.Chunk(4).Select(four => BitConverter.ToSingle(four)));
        }
    }

    private static double Number(int code) => (code < 8 ? 1 : -1) * Sizes[code % 8];

    private static byte[] OneTensor(long[] sizes, byte[] numbers)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write(1UL);
        writer.Write(0UL);
        writer.Write(1UL);
        writer.Write(Encoding.UTF8.GetBytes("a"));
        writer.Write((uint)sizes.Length);
        Array.ForEach(sizes, writer.Write);
        writer.Write(39u);
        writer.Write(0UL);
        writer.Write(new byte[(32 - (bytes.Length % 32)) % 32]);
        writer.Write(numbers);
        return bytes.ToArray();
    }
}
