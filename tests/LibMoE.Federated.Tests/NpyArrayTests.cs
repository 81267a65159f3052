using System.Text;
using LibMoE.Federated.Arrays;

namespace LibMoE.Federated.Tests;

/// <summary>Arrays as numpy writes and reads them.</summary>
public sealed class NpyArrayTests
{
    /// <summary>What <c>numpy.save</c> of numpy 1.24.2 wrote of float32 [[1.5, −2, 3]], in base64.</summary>
    private const string Matrix =
        "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDMpLCB9ICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAQEA=";

    [Fact]
    public void What_is_written_is_to_the_byte_what_numpy_writes() =>
        Assert.Equal(Convert.FromBase64String(Matrix), new NpyArray([1, 3], [1.5f, -2, 3]).ToBytes());

    [Fact]
    public void What_numpy_wrote_is_read()
    {
        var read = NpyArray.Read(Convert.FromBase64String(Matrix));

        Assert.Equal([1, 3], read.Shape);
        Assert.Equal([1.5f, -2, 3], read.Values);
    }

    [Theory]
    [InlineData(new long[0], 1)]
    [InlineData(new long[] { 5 }, 5)]
    [InlineData(new long[] { 2, 3, 4 }, 24)]
    [InlineData(new long[] { 3, 0 }, 0)]
    public void Any_shape_comes_back(long[] shape, int count)
    {
        var values = Enumerable.Range(0, count).Select(number => number / 7f).ToArray();
        var bytes = new NpyArray(shape, values).ToBytes();
        var read = NpyArray.Read(bytes);

        Assert.Equal(shape, read.Shape);
        Assert.Equal(values, read.Values);
        Assert.Equal(0, (bytes.Length - count * sizeof(float)) % 64);
    }

    [Fact]
    public void Numbers_of_float64_are_rounded()
    {
        var read = NpyArray.Read(File("<f8", "False", "(2,)", [.. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(1e300)]));

        Assert.Equal([0.1f, float.PositiveInfinity], read.Values);
    }

    [Theory]
    [InlineData("<i4", "False", "(1,)", 4, "holds '<i4'; it must hold <f4 or <f8")]
    [InlineData(">f4", "False", "(1,)", 4, "holds '>f4'; it must hold <f4 or <f8")]
    [InlineData("<f4", "True", "(1, 1)", 4, "is in Fortran order; it must be in C order (numpy.ascontiguousarray)")]
    [InlineData("<f4", "False", "(2,)", 4, "has 4 bytes of numbers, which is not what [2] takes")]
    [InlineData("<f4", "False", "(9999999999, 9999999999)", 4, "has 4 bytes of numbers, which is not what [9999999999, 9999999999] takes")]
    [InlineData("<f4", "False", "(99999999999999999999,)", 4, "has the shape (99999999999999999999,)")]
    public void What_cannot_be_used_is_refused_with_the_reason(string type, string fortran, string shape, int bytes, string reason) =>
        Assert.Equal(reason, Assert.Throws<InvalidDataException>(() => NpyArray.Read(File(type, fortran, shape, new byte[bytes]))).Message);

    [Fact]
    public void No_cut_or_changed_byte_does_more_than_be_refused()
    {
        var whole = new NpyArray([2, 2], [1, 2, 3, 4]).ToBytes();
        var random = new Random(1);
        for (var trial = 0; trial < 3000; trial++)
        {
            var bytes = whole[..random.Next(whole.Length + 1)];
            if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var wrong = Record.Exception(() => NpyArray.Read(bytes));
            Assert.True(wrong is null or InvalidDataException, $"{wrong}");
        }
    }

    [SkippableFact]
    public void Numpy_itself_reads_what_is_written_and_writes_what_is_read()
    {
        const string Program = "import sys,io,numpy as n;a=n.load(io.BytesIO(sys.stdin.buffer.read()),allow_pickle=False);"
            + "b=io.BytesIO();n.save(b,(a*2).astype('f4'));sys.stdout.buffer.write(b.getvalue())";
        Skip.IfNot(Python.Has("numpy"), "python3 has no numpy here.");
        var answer = Python.Run(Program, new NpyArray([2, 2], [1, 2, 3, 4]).ToBytes());

        Assert.Equal([2f, 4, 6, 8], NpyArray.Read(answer).Values);
    }

    private static byte[] File(string type, string fortran, string shape, byte[] numbers)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. numbers];
    }
}
