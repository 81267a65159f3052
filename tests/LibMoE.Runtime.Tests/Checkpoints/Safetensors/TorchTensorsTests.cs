using LibMoE.Runtime.Tests.Checkpoints.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

public sealed class TorchTensorsTests : IDisposable
{
    private const string Name = "/model.safetensors";
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly ModelDisk _disk = new();

    public static TheoryData<string> HeldTypes =>
        [.. SafetensorsDType.All.Values.Where(dtype => dtype.Torch is not null).Select(dtype => dtype.Name)];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(HeldTypes))]
    public void Every_held_type_goes_to_a_file_and_back_bit_for_bit(string type)
    {
        var dtype = SafetensorsDType.All[type];
        var stored = empty([3, 5, 7], dtype.Torch!.Value);
        FillWithEveryPattern(stored);
        Save(("x", stored));

        using var file = SafetensorsFile.Open(_disk, Name);
        var read = file.Read("x");

        Assert.Equal(stored.dtype, read.dtype);
        Assert.Equal(stored.shape, read.shape);
        Assert.Equal(stored.bytes.ToArray(), read.bytes.ToArray());
        Assert.Equal(dtype, file.Find("x")!.DType);
    }

    [Fact]
    public void A_view_is_stored_as_its_values_not_as_its_memory()
    {
        var grid = arange(24, ScalarType.Float32).view(4, 6);
        Save(("transposed", grid.t()), ("column", grid[.., 2]), ("slice", grid[1..3]));

        using var file = SafetensorsFile.Open(_disk, Name);

        Assert.Equal(grid.t().contiguous().data<float>().ToArray(), file.Read("transposed").data<float>().ToArray());
        Assert.Equal([2f, 8f, 14f, 20f], file.Read("column").data<float>().ToArray());
        Assert.Equal(grid[1..3].contiguous().data<float>().ToArray(), file.Read("slice").data<float>().ToArray());
    }

    [Fact]
    public void Scalars_and_empty_tensors_keep_their_shapes()
    {
        Save(("scalar", tensor(3.5)), ("empty", zeros(0, 4)));

        using var file = SafetensorsFile.Open(_disk, Name);

        Assert.Equal(3.5, file.Read("scalar").item<double>());
        Assert.Empty(file.Read("scalar").shape);
        Assert.Equal([0, 4], file.Read("empty").shape);
    }

    [Fact]
    public void A_tensor_of_more_bytes_than_a_block_is_whole()
    {
        using var folder = new TempFolder();
        var stored = arange(TorchTensors.BlockBytes / 4 + 3, ScalarType.Int32);
        SafetensorsWriter.Save(DiskFiles.Instance, folder["big"], [TensorPayload.Of("x", stored)]);

        using var file = SafetensorsFile.Open(DiskFiles.Instance, folder["big"]);

        Assert.True(stored.Equals(file.Read("x")));
    }

    [Fact]
    public void A_parameter_takes_stored_values_without_a_gradient()
    {
        var parameter = nn.Parameter(zeros(2, 3));
        Save(("w", ones(2, 3)));

        using var file = SafetensorsFile.Open(_disk, Name);
        file.ReadInto("w", parameter);

        Assert.Equal(6f, parameter.sum().item<float>());
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
    }

    [Fact]
    public void A_view_takes_stored_values_in_its_own_order()
    {
        var target = zeros(3, 2);
        Save(("w", arange(6, ScalarType.Float32).view(2, 3)));

        using var file = SafetensorsFile.Open(_disk, Name);
        file.ReadInto("w", target.t());

        Assert.Equal([0f, 3, 1, 4, 2, 5], target.data<float>().ToArray());
    }

    [Fact]
    public void Another_type_or_shape_is_refused_by_name()
    {
        Save(("w", ones(2, 3)));
        using var file = SafetensorsFile.Open(_disk, Name);

        Assert.Contains(
            "'w' F32 [2, 3]; expected was Float32 [3, 2]", Assert.Throws<StorageException>(() => file.ReadInto("w", ones(3, 2))).Message);
        Assert.Contains(
            "expected was BFloat16", Assert.Throws<StorageException>(() => file.ReadInto("w", ones(2, 3, ScalarType.BFloat16))).Message);
        Assert.Equal(StorageCause.NotFound, Assert.Throws<StorageException>(() => file.Read("v")).Cause);
    }

    [Fact]
    public void A_bool_that_is_neither_0_nor_1_never_becomes_a_tensor()
    {
        var layout = new TensorLayout("mask", SafetensorsDType.All["BOOL"], [4]);
        SafetensorsWriter.Save(_disk, Name, [TensorPayload.Of(layout, new byte[] { 0, 1, 2, 1 })]);
        using var file = SafetensorsFile.Open(_disk, Name);

        Assert.Equal(SafetensorsRule.DType, Assert.Throws<SafetensorsException>(() => file.Read("mask")).Rule);
    }

    [Fact]
    public void Tensors_can_be_stored_over_the_file_that_they_come_from()
    {
        using var folder = new TempFolder();
        SafetensorsWriter.Save(DiskFiles.Instance, folder["m"], [TensorPayload.Of("x", ones(5)), TensorPayload.Of("y", zeros(5))]);
        using var old = SafetensorsFile.Open(DiskFiles.Instance, folder["m"]);
        SafetensorsWriter.Save(DiskFiles.Instance, folder["m"], [TensorPayload.Of("x", old.Read("x") * 2)]);

        using var renewed = SafetensorsFile.Open(DiskFiles.Instance, folder["m"]);

        Assert.Equal(10f, renewed.Read("x").sum().item<float>());
        Assert.Equal(0f, old.Read("y").sum().item<float>());
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused_before_anything_is_written()
    {
        var half = TensorPayload.Of("\ud800", ones(1));

        Assert.Contains(
            "ComplexFloat32", Assert.Throws<ArgumentException>(() => TensorPayload.Of("c", zeros(1, ScalarType.ComplexFloat32))).Message);
        Assert.Contains("'x' is taken", Assert.Throws<ArgumentException>(() => Save(("x", ones(1)), ("x", ones(2)))).Message);
        Assert.Contains("is taken", Assert.Throws<ArgumentException>(() => Save(("__metadata__", ones(1)))).Message);
        Assert.Contains("half of a character", Assert.Throws<ArgumentException>(() => SafetensorsWriter.Save(_disk, Name, [half])).Message);
        Assert.Null(_disk.Find(Name));
    }

    [Fact]
    public void Reading_leaves_no_tensor_behind_but_its_result()
    {
        Save(("x", ones(3)));
        using var file = SafetensorsFile.Open(_disk, Name);
        using var target = zeros(3);
        var before = LiveTensors.Count;

        using (file.Read("x"))
        {
            Assert.Equal(before + 1, LiveTensors.Count);
        }

        file.ReadInto("x", target);
        Assert.Equal(before, LiveTensors.Count);
    }

    private static void FillWithEveryPattern(Tensor tensor)
    {
        var bytes = tensor.bytes;
        new Random(3).NextBytes(bytes);
        if (tensor.dtype == ScalarType.Bool)
        {
            foreach (ref var value in bytes)
            {
                value &= 1;
            }
        }
    }

    private void Save(params (string Name, Tensor Tensor)[] tensors) =>
        SafetensorsWriter.Save(_disk, Name, Array.ConvertAll(tensors, pair => TensorPayload.Of(pair.Name, pair.Tensor)));
}
