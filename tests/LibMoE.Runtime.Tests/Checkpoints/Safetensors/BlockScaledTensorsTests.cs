using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Tests.Evaluation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

/// <summary>Weights in blocks of float8 are the numbers that the definition of E4M3 and their scales give, in bfloat16.</summary>
public sealed class BlockScaledTensorsTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new long[] { 256, 128 }, 128, 128)]
    [InlineData(new long[] { 130, 200 }, 128, 128)]
    [InlineData(new long[] { 7, 11 }, 3, 4)]
    [InlineData(new long[] { 1, 1 }, 128, 128)]
    [InlineData(new long[] { 3, 7, 11 }, 2, 5)]
    public void Every_number_is_multiplied_by_the_scale_of_its_block_and_rounded_once(long[] shape, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        var codes = new byte[count];
        random.NextBytes(codes);
        codes = [.. codes.Select((code, i) => (code & 127) == 127 ? (byte)i : code).Select(code => (code & 127) == 127 ? (byte)1 : code)];
        long[] blocks = [.. shape[..^2], (shape[^2] + rows - 1) / rows, (shape[^1] + columns - 1) / columns];
        var scales = Enumerable.Range(0, (int)blocks.Aggregate(1L, (a, b) => a * b))
            .Select(_ => (float)(random.NextDouble() * 0.01)).ToArray();

        using var source = Over(rows, columns, Weights("w", shape, codes), Scales("w_scale_inv", blocks, scales));
        var read = source.Read("w");

        Assert.Equal(ScalarType.BFloat16, read.dtype);
        Assert.Equal(shape, read.shape);
        var numbers = read.to(ScalarType.Float32).data<float>().ToArray();
        for (var at = 0; at < count; at++)
        {
            var (matrix, row, column) = (at / (shape[^1] * shape[^2]), at / shape[^1] % shape[^2], at % shape[^1]);
            var scale = scales[(((matrix * blocks[^2]) + (row / rows)) * blocks[^1]) + (column / columns)];
            Assert.Equal(Bfloat16((float)Defined(codes[at]) * scale), numbers[at]);
        }
    }

    [Fact]
    public void The_bytes_are_those_of_the_definition()
    {
        Assert.Equal(448, Float8.E4M3[0x7e]);
        Assert.Equal(-448, Float8.E4M3[0xfe]);
        Assert.Equal(Math.ScaleB(1, -9), Float8.E4M3[0x01]);
        Assert.Equal(Math.ScaleB(1, -6), Float8.E4M3[0x08]);
        Assert.Equal(1, Float8.E4M3[0x38]);
        Assert.True(float.IsNaN(Float8.E4M3[0x7f]) && float.IsNaN(Float8.E4M3[0xff]));
        for (var code = 0; code < 256; code++)
        {
            Assert.Equal(Defined((byte)code), Float8.E4M3[code]);
        }
    }

    [Fact]
    public void A_part_of_a_tensor_is_that_part_of_the_whole()
    {
        var codes = Enumerable.Range(0, 77).Select(code => (byte)code).ToArray();
        float[] scales = [.. Enumerable.Range(1, 9).Select(n => (float)n)];
        using var source = Over(3, 4, Weights("w", [7, 11], codes), Scales("w_scale_inv", [3, 3], scales));
        var whole = new byte[154];
        source.ReadBytes("w", 0, whole);

        var part = new byte[50];
        source.ReadBytes("w", 38, part);

        Assert.Equal(whole[38..88], part);
    }

    [Fact]
    public void Other_tensors_and_scales_of_none_stay_as_they_are()
    {
        using var source = Over(
            2, 2, Weights("w", [2, 2], [1, 2, 3, 4]), Scales("w_scale_inv", [1, 1], [2]), Scales("x_scale_inv", [3], [5, 6, 7]));
        using var scope = NewDisposeScope();

        Assert.Equal(["w", "x_scale_inv"], source.Tensors.Select(layout => layout.Name).Order());
        Assert.Null(source.Find("w_scale_inv"));
        Assert.Equal([5f, 6f, 7f], source.Read("x_scale_inv").data<float>().ToArray());
    }

    [Theory]
    [InlineData("none", "'w' F8_E4M3 [4, 4] has no scales: w_scale_inv is missing")]
    [InlineData("few", "'w_scale_inv' F32 [1, 2] does not scale 'w' F8_E4M3 [4, 4] in blocks of 2 rows and 2 columns")]
    [InlineData("vector", "'w' F8_E4M3 [16] is no matrix, which blocks of 2 rows and 2 columns need")]
    public void Scales_that_are_missing_or_do_not_fit_are_named(string fault, string message)
    {
        var weights = Weights("w", fault == "vector" ? [16] : [4, 4], new byte[16]);
        TensorPayload[] all = fault == "none" ? [weights] : [weights, Scales("w_scale_inv", [1, 2], [1, 1])];

        var error = Assert.Throws<StorageException>(() => Over(2, 2, all));

        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
    }

    private BlockScaledTensors Over(int rows, int columns, params TensorPayload[] tensors)
    {
        SafetensorsWriter.SaveSharded(DiskFiles.Instance, _folder.Path, tensors, long.MaxValue);
        return BlockScaledTensors.Open(DiskFiles.Instance, _folder.Path, rows, columns);
    }

    private static TensorPayload Weights(string name, long[] shape, byte[] codes) =>
        TensorPayload.Of(new TensorLayout(name, SafetensorsDType.All["F8_E4M3"], shape), codes);

    private static TensorPayload Scales(string name, long[] shape, float[] scales) =>
        TensorPayload.Of(new TensorLayout(name, SafetensorsDType.All["F32"], shape), scales.SelectMany(BitConverter.GetBytes).ToArray());

    /// <summary>(−1)^s · 2^(e−7) · (1 + m/8); 2^(−6) · m/8 where e is 0; none where e and m are all ones.</summary>
    private static double Defined(byte code)
    {
        var (sign, exponent, mantissa) = ((code & 128) != 0 ? -1 : 1, (code & 0b0111_1000) / 8, code % 8);
        return (exponent, mantissa) is (15, 7) ? double.NaN
            : exponent == 0 ? sign * Math.Pow(2, -6) * mantissa / 8
            : sign * Math.Pow(2, exponent - 7) * (1 + (mantissa / 8.0));
    }

    /// <summary>As libtorch rounds.</summary>
    private static float Bfloat16(float number)
    {
        using var scope = NewDisposeScope();
        return tensor(new[] { number }).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>()[0];
    }
}
