using System.Globalization;
using LibMoE.Runtime.Kernels.Native;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>What is read and written in every step is asked for in large pages before it is written: Linux says so of each mapping of
/// the process.</summary>
public sealed class LargePagesTests
{
    private const string Switch = "/sys/kernel/mm/transparent_hugepage/enabled";

    [SkippableFact]
    public void Parameters_that_are_large_lie_in_memory_for_which_large_pages_are_asked()
    {
        SkipWithout();
        using var up_FDW = new ParameterSpec("experts.up", [8, 256, 1024], Std: 0.02).Initialize(new MoeShape(256));

        Assert.True(IsAskedFor(up_FDW));
    }

    [SkippableFact]
    public void So_do_the_moments_of_the_optimiser()
    {
        SkipWithout();
        using var parameter = new Parameter(zeros(1024, 2048));
        using var optimizer = new AdamW([("w", parameter)], new TrainingConfig());

        var moments = optimizer.State.Where(entry => entry.Value.numel() == parameter.numel()).ToList();

        Assert.Equal(2, moments.Count);
        Assert.All(moments, moment =>
        {
            Assert.True(IsAskedFor(moment.Value));
            Assert.Equal(0, moment.Value.count_nonzero().item<long>());
        });
    }

    [Fact]
    public void A_tensor_comes_back_as_it_is_whatever_its_size()
    {
        foreach (var count in new[] { 0L, 1, (1 << 20) - 1, 1 << 20 })
        {
            using var ones_N = ones(count);

            Assert.Same(ones_N, LargePages.Advise(ones_N));
            Assert.Equal(count, ones_N.sum().item<float>());
        }
    }

    private static void SkipWithout() => Skip.IfNot(
        TorchLibrary.Loaded is not null && File.Exists(Switch) && !File.ReadAllText(Switch).Contains("[never]", StringComparison.Ordinal),
        "this system has no large pages to ask for");

    /// <summary>Whether the middle of a tensor lies in a mapping with the flag of MADV_HUGEPAGE.</summary>
    private static unsafe bool IsAskedFor(Tensor tensor)
    {
        var middle = (ulong)TorchLibrary.Loaded!.Pointer(tensor) + (ulong)(tensor.ElementSize * tensor.numel() / 2);
        var inside = false;
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("VmFlags:", StringComparison.Ordinal) && inside)
            {
                return line.Split(' ').Contains("hg");
            }

            if (line.Split(' ')[0].Split('-') is [var start, var end]
                && ulong.TryParse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var first)
                && ulong.TryParse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var last))
            {
                inside = first <= middle && middle < last;
            }
        }

        return false;
    }
}
