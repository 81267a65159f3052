using CsCheck;
using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

public class RoundTripTests
{
    private const string Name = "/model.safetensors";
    private const string Seed = "2WRmkrqSN_k1";
    private const int Draws = 100;

    private static readonly SafetensorsDType[] Held = [.. SafetensorsDType.All.Values.Where(dtype => dtype.Torch is not null)];

    private static readonly Gen<string> GenName = Gen.OneOf(
        Gen.String[Gen.Char.AlphaNumeric, 1, 20],
        Gen.String[Gen.Char["äß/\\\"\n\u0000\u007f\uFFFD.漢 "], 0, 5],
        Gen.Const("\U0001F600"));

    private static readonly Gen<(string, byte[], SafetensorsDType, long[])> GenTensor = Gen.Select(
        GenName, Gen.Int, Gen.Int[0, Held.Length - 1].Select(i => Held[i]), Gen.Long[0, 4].Array[0, 4],
        (name, seed, dtype, shape) =>
        {
            var bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Bits / 8];
            new Random(seed).NextBytes(bytes);
            return (name, bytes, dtype, shape);
        });

    private static readonly Gen<(string, byte[], SafetensorsDType, long[])[]> GenTensors =
        GenTensor.Array[0, 6].Select(tensors => tensors.DistinctBy(tensor => tensor.Item1).ToArray());

    private static readonly Gen<Dictionary<string, string>> GenMetadata = Gen.Dictionary(GenName, GenName)[0, 3];

    [Fact]
    public void What_is_stored_is_read_back_bit_for_bit() => Each(Gen.Select(GenTensors, GenMetadata), drawn =>
    {
        var (tensors, metadata) = drawn;
        var disk = new ModelDisk();
        SafetensorsWriter.Save(disk, Name, Payloads(tensors), metadata);
        using var file = SafetensorsFile.Open(disk, Name);

        Assert.Equal(tensors.Length, file.Tensors.Count);
        Assert.Equal(metadata, file.Metadata);
        foreach (var (name, bytes, dtype, shape) in tensors)
        {
            var layout = file.Find(name)!;
            var read = new byte[layout.Bytes];
            file.ReadBytes(name, 0, read);
            Assert.Equal(dtype, layout.DType);
            Assert.Equal(shape, layout.Shape);
            Assert.Equal(bytes, read);
        }
    });

    [Fact]
    public void A_second_reader_sees_the_same_tensors() => Each(GenTensors, tensors =>
    {
        var disk = new ModelDisk();
        SafetensorsWriter.Save(disk, Name, Payloads(tensors));
        var read = PlainReader.Read(disk.Bytes(Name));

        Assert.NotNull(read);
        Assert.Equal(tensors.Length, read.Count);
        foreach (var (name, bytes, dtype, shape) in tensors)
        {
            Assert.Equal(dtype.Name, read[name].DType);
            Assert.Equal(shape, read[name].Shape);
            Assert.Equal(bytes, read[name].Bytes);
        }
    });

    [Fact]
    public void The_data_begin_at_a_multiple_of_eight_and_every_tensor_at_one_of_its_width() => Each(GenTensors, tensors =>
    {
        var disk = new ModelDisk();
        SafetensorsWriter.Save(disk, Name, Payloads(tensors));
        using var file = SafetensorsFile.Open(disk, Name);

        var begin = disk.Bytes(Name).Length - file.Tensors.Sum(tensor => tensor.Bytes);
        Assert.Equal(0, begin % 8);
        foreach (var tensor in file.Tensors)
        {
            Assert.Equal(0, begin * 8 % tensor.DType.Bits);
            begin += tensor.Bytes;
        }
    });

    [Fact]
    public void The_order_in_which_tensors_are_given_does_not_change_the_file() => Each(GenTensors, tensors =>
    {
        var disk = new ModelDisk();
        SafetensorsWriter.Save(disk, Name, Payloads(tensors));
        SafetensorsWriter.Save(disk, "/reversed", Payloads([.. tensors.Reverse()]));

        Assert.Equal(disk.Bytes(Name), disk.Bytes("/reversed"));
    });

    [Fact]
    public void Both_readers_agree_on_every_bad_file_and_its_neighbours()
    {
        var random = new Random(5);
        foreach (var (claim, (rule, bytes)) in BadFiles.All.Where(bad => bad.Value.Rule != SafetensorsRule.Memory))
        {
            AssertAgreement(bytes, claim);
            for (var i = 0; i < 200 && bytes.Length > 0; i++)
            {
                var neighbour = (byte[])bytes.Clone();
                neighbour[random.Next(bytes.Length)] = (byte)random.Next(256);
                AssertAgreement(neighbour, $"{claim}, changed ({rule})");
            }
        }
    }

    [Fact]
    public void Both_readers_agree_after_any_single_change_of_a_good_file() => Each(
        Gen.Select(GenTensors, Gen.Int[0, int.MaxValue], Gen.Byte), drawn =>
        {
            var (tensors, place, value) = drawn;
            var disk = new ModelDisk();
            SafetensorsWriter.Save(disk, Name, Payloads(tensors));
            var bytes = disk.Bytes(Name).ToArray();
            bytes[place % bytes.Length] = value;
            AssertAgreement(bytes, "a changed byte");
            AssertAgreement(bytes[..(place % bytes.Length)], "a cut file");
        });

    /// <summary>A hundred draws, the same ones in every run.</summary>
    private static void Each<T>(Gen<T> gen, Action<T> check)
    {
        var random = PCG.Parse(Seed);
        for (var draw = 0; draw < Draws; draw++)
        {
            check(gen.Generate(random, null, out _));
        }
    }

    private static void AssertAgreement(byte[] bytes, string claim)
    {
        var disk = new ModelDisk();
        disk.Put(Name, bytes);
        var plain = PlainReader.Read(bytes);
        try
        {
            using var file = SafetensorsFile.Open(disk, Name);
            Assert.True(plain is not null, $"{claim}: only the plain reader refuses {Convert.ToHexString(bytes)}");
            Assert.Equal(
                plain.Keys.Order(StringComparer.Ordinal), file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
            foreach (var tensor in file.Tensors)
            {
                var read = new byte[tensor.Bytes];
                file.ReadBytes(tensor.Name, 0, read);
                Assert.Equal(plain[tensor.Name].DType, tensor.DType.Name);
                Assert.Equal(plain[tensor.Name].Shape, tensor.Shape);
                Assert.Equal(plain[tensor.Name].Bytes, read);
            }
        }
        catch (SafetensorsException error)
        {
            Assert.True(plain is null, $"{claim}: the plain reader takes {Convert.ToHexString(bytes)}, but {error.Message}");
        }
    }

    private static TensorPayload[] Payloads((string Name, byte[] Bytes, SafetensorsDType DType, long[] Shape)[] tensors) =>
        Array.ConvertAll(tensors, tensor => TensorPayload.Of(new TensorLayout(tensor.Name, tensor.DType, tensor.Shape), tensor.Bytes));
}
