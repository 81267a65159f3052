using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Safetensors;

public class BadFileTests
{
    private const string Name = "/model.safetensors";
    private const long Allowance = 16L << 20;

    public static TheoryData<string> Claims => [.. BadFiles.All.Keys];

    [Theory]
    [MemberData(nameof(Claims))]
    public void A_bad_file_is_refused_by_the_rule_that_it_breaks(string claim)
    {
        var (rule, bytes) = BadFiles.All[claim];

        var error = Assert.Throws<SafetensorsException>(() => Open(bytes));

        Assert.Equal(rule, error.Rule);
        Assert.StartsWith(
            $"{Name} is not a valid safetensors file, by rule {(int)rule} ({rule}): ", error.Message, StringComparison.Ordinal);
        Assert.Equal(StorageCause.Damaged, error.Cause);
        Assert.InRange(error.Message.Length, 1, 500);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void Every_rule_that_one_file_can_break_has_bad_files()
    {
        SafetensorsRule[] elsewhere =
            [SafetensorsRule.EmptyAllowed, SafetensorsRule.NoAlignmentAssumed, SafetensorsRule.Shards, SafetensorsRule.Unchanged];

        Assert.Equal(Enum.GetValues<SafetensorsRule>().Except(elsewhere), BadFiles.All.Values.Select(bad => bad.Rule).Distinct().Order());
        Assert.True(BadFiles.All.Count >= 60);
    }

    [Fact]
    public void Refusing_takes_no_more_memory_than_the_file_and_16_MiB()
    {
        foreach (var (claim, (_, bytes)) in BadFiles.All)
        {
            var disk = With(bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(disk, Name));
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(taken <= bytes.Length + Allowance, $"{claim}: {taken} bytes for a file of {bytes.Length}");
        }
    }

    [Fact]
    public void Accepting_takes_no_more_memory_than_the_file_and_16_MiB()
    {
        var dimensions = string.Join(",", Enumerable.Repeat(0, 64));
        var many = string.Join(
            ",", Enumerable.Range(0, 15_000).Select(i => $"\"{i:x4}\":{FileText.One(shape: $"[{dimensions}]", offsets: "[0,0]")[5..^1]}"));
        var bytes = FileText.Of($"{{{many}}}");
        var disk = With(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = SafetensorsFile.Open(disk, Name);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(15_000, file.Tensors.Count);
        Assert.True(taken <= bytes.Length + Allowance, $"{taken} bytes for a file of {bytes.Length}");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(40)]
    public void A_file_cut_short_while_it_is_read_is_noticed(int left)
    {
        var disk = With(FileText.Of(FileText.One(), 8));
        using var file = SafetensorsFile.Open(disk, Name);
        using (var writer = disk.OpenWrite(Name))
        {
            writer.SetLength(left);
        }

        var error = Assert.Throws<SafetensorsException>(() => file.ReadBytes("a", 0, new byte[8]));

        Assert.Equal(SafetensorsRule.Unchanged, error.Rule);
    }

    private static ModelDisk With(byte[] bytes)
    {
        var disk = new ModelDisk();
        disk.Put(Name, bytes);
        return disk;
    }

    private static SafetensorsFile Open(byte[] bytes) => SafetensorsFile.Open(With(bytes), Name);
}
