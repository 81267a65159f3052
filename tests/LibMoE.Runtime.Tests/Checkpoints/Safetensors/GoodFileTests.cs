using LibMoE.Runtime.Tests.Checkpoints.Files;
using static LibMoE.Runtime.Tests.Checkpoints.Safetensors.FileText;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

public class GoodFileTests
{
    private const string Name = "/model.safetensors";

    [Fact]
    public void A_file_without_tensors_is_valid()
    {
        using var file = Open(Of("{}"));

        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
    }

    [Theory]
    [InlineData(" {}")]
    [InlineData("\r\t\n{}")]
    [InlineData("{}\n")]
    [InlineData(" { } \t\r\n   ")]
    [InlineData("{\"__metadata__\":null}")]
    public void White_space_around_the_header_and_metadata_that_are_null_are_as_the_format_s_first_reader_takes_them(string header)
    {
        using var file = Open(Of(header));

        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_valid_wherever_they_lie()
    {
        using var file = Open(Of(
            """
            {"end":{"dtype":"F32","shape":[0,3],"data_offsets":[4,4]},
             "scalar":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
             "start":{"dtype":"F64","shape":[5,0],"data_offsets":[0,0]}}
            """,
            4));

        Assert.Equal([5, 0], file.Find("start")!.Shape);
        Assert.Empty(file.Find("scalar")!.Shape);
        Assert.Equal(4, file.Find("scalar")!.Bytes);
        Assert.Equal(0, file.Find("end")!.Bytes);
    }

    [Fact]
    public void Data_need_no_alignment_and_the_header_no_order()
    {
        var bytes = Of(
            """{"b":{"shape":[1],"data_offsets":[3,7],"dtype":"F32"},"a":{"data_offsets":[0,3],"dtype":"U8","shape":[3]}}  """, 7);
        for (var i = 0; i < 7; i++)
        {
            bytes[^(7 - i)] = (byte)i;
        }

        using var file = Open(bytes);
        var b = new byte[4];
        file.ReadBytes("b", 0, b);
        var tail = new byte[2];
        file.ReadBytes("a", 1, tail);

        Assert.Equal(["a", "b"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([3, 4, 5, 6], b);
        Assert.Equal([1, 2], tail);
    }

    [Fact]
    public void Names_may_hold_any_character()
    {
        using var file = Open(Of("""{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a\"\n\ud83d\ude00/../ä":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"""));

        Assert.NotNull(file.Find(""));
        Assert.NotNull(file.Find("a\"\n\U0001F600/../ä"));
    }

    [Fact]
    public void Metadata_are_texts()
    {
        using var file = Open(Of("""{"__metadata__":{"format":"pt","":"ü"}}"""));

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("ü", file.Metadata[""]);
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void A_part_outside_of_the_tensor_is_not_read()
    {
        using var file = Open(Of(One(), 8));

        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBytes("a", 1, new byte[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBytes("a", -1, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadBytes("a", long.MaxValue, new byte[1]));
        Assert.Equal(StorageCause.NotFound, Assert.Throws<StorageException>(() => file.ReadBytes("b", 0, new byte[1])).Cause);
    }

    private static SafetensorsFile Open(byte[] bytes)
    {
        var disk = new ModelDisk();
        disk.Put(Name, bytes);
        return SafetensorsFile.Open(disk, Name);
    }
}
