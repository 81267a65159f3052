using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Tests.Common;

/// <summary>The memory that a process can have is the least that the system states.</summary>
public sealed class MachineMemoryTests
{
    private const string Machine = "MemTotal:       16384 kB\nMemFree:         1024 kB\nMemAvailable:    2048 kB\n";
    private const long All = 16384L * 1024;

    [Theory]
    [InlineData(Machine, null, null, All)]
    [InlineData(Machine, "max\n", null, All)]
    [InlineData(Machine, "4194304\n", null, 4_194_304L)]
    [InlineData(Machine, null, "8388608", 8_388_608L)]
    [InlineData(Machine, "8388608\n", "4194304\n", 4_194_304L)]
    [InlineData(Machine, "9223372036854771712\n", null, All)]
    [InlineData(null, "4194304\n", null, 4_194_304L)]
    [InlineData("MemFree: 1024 kB\n", "max", null, null)]
    [InlineData("MemTotal: many kB\n", null, null, null)]
    [InlineData(null, null, null, null)]
    [InlineData(Machine, "0", null, All)]
    public void It_is_the_least_number_that_is_stated(string? memory, string? newer, string? older, long? bytes) =>
        Assert.Equal(bytes, MachineMemory.Of(memory, [newer, older]));

    [Fact]
    public void This_machine_has_some() => Assert.True(MachineMemory.Bytes > 1 << 26);
}
