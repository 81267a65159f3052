using LibMoE.Runtime.Checkpoints.Layouts;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>Every code of MXFP4 under every scale, as the format's specification has them.</summary>
public sealed class Mxfp4Tests
{
    [Fact]
    public void A_byte_holds_two_of_sixteen_numbers_the_first_in_its_lower_half()
    {
        using var scope = NewDisposeScope();
        byte[] bytes = [.. Enumerable.Range(0, 8).SelectMany(pair => new[] { (byte)((((2 * pair) + 1) * 16) + (2 * pair)), (byte)0 })];
        var blocks = tensor(bytes, [1, 16]);

        var numbers = Mxfp4.Read(blocks, tensor(new byte[] { 128 }));

        Assert.Equal(ScalarType.BFloat16, numbers.dtype);
        Assert.Equal([32], numbers.shape);
        var values = numbers.to(ScalarType.Float32).data<float>().ToArray();
        double[] codes = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6];
        Assert.Equal(codes.Chunk(2).SelectMany(two => new[] { 2 * two[0], 2 * two[1], 0, 0 }), values.Select(value => (double)value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(200)]
    [InlineData(251)]
    public void Every_number_under_a_scale_is_exact(byte scale)
    {
        using var scope = NewDisposeScope();
        var blocks = tensor(Enumerable.Range(0, 16).Select(code => (byte)(17 * code)).ToArray(), [1, 16]);

        var values = Mxfp4.Read(blocks, tensor(new[] { scale })).to(ScalarType.Float64).data<double>().ToArray();

        double[] codes = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
        double Number(int code) => (code < 8 ? 1 : -1) * codes[code % 8] * Math.Pow(2, scale - 127);
        Assert.Equal(Enumerable.Range(0, 16).SelectMany(code => new[] { Number(code), Number(code) }), values);
    }
}
