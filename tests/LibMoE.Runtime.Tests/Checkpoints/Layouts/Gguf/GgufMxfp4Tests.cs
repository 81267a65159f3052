using LibMoE.Runtime.Checkpoints.Layouts.Gguf;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;
using LibMoE.Runtime.Tests.Evaluation;
using LibMoE.Runtime.Tests.Models;
using static TorchSharp.torch;

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
        File.WriteAllBytes(path, GgufBytes.Of(new Dictionary<string, object>(), [("a", [64, 3], 39, blocks)]));
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

    /// <summary>A file as those who publish gpt-oss have it: experts in MXFP4, the rest longer.</summary>
    [Fact]
    public void A_gpt_oss_with_such_experts_computes_what_plain_loops_compute()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (whole, packed) = (Path.Combine(_folder.Path, "whole.gguf"), Path.Combine(_folder.Path, "packed.gguf"));
        var config = GgufExportTests.GptOss with { RotaryScaling = GgufExportTests.GptOss.RotaryScaling! with { ExactChannels = true } };
        using (var model = GgufExportTests.Model(config, nameof(TinyGptOss)))
        {
            GgufExport.Save(model, new ByteTokenizer(), whole);
        }

        var random = new Random(7);
        var written = new PlainGguf(whole);
        File.WriteAllBytes(packed, GgufBytes.Of(written.Values, written.Tensors.Select(tensor =>
        {
            var (sizes, type, numbers) = tensor.Value;
            if (!tensor.Key.EndsWith("_exps.weight", StringComparison.Ordinal))
            {
                return (tensor.Key, sizes, type, numbers.SelectMany(BitConverter.GetBytes).ToArray());
            }

            var blocks = new byte[numbers.Length / 32 * 17];
            random.NextBytes(blocks);
            for (var block = 0; block < blocks.Length; block += 17)
            {
                blocks[block] = (byte)(123 + random.Next(3));
            }

            return (tensor.Key, sizes, 39, blocks);
        })));

        using var loaded = ModelLoader.Load(packed, LibMoERuntimeTestsVariants.All);

        Assert.Equal(nameof(TinyGptOss), loaded.Variant!.Name);
        long[] ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 12];
        var expected = new GgufForward(new PlainGguf(packed)) { RoundsPairs = false }.Logits(ids).SelectMany(row => row).ToArray();
        Assert.True(expected.Max(Math.Abs) > 0.1, "logits of nearly 0 would show nothing");
        Assert.All(
            expected.Zip(LanguageModelTests.Values(loaded.Model.forward(tensor(ids, [1, ids.Length])).Logits)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Max(1, Math.Abs(pair.First))));
    }

    private static double Number(int code) => (code < 8 ? 1 : -1) * Sizes[code % 8];
}
