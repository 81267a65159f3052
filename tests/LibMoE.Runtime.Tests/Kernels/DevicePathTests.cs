using System.Reflection;
using LibMoE.Runtime.Kernels.Cuda;
using LibMoE.Runtime.Kernels.Dispatching;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Kernels;

public sealed class DevicePathTests
{
    private const int Tokens = 6;
    private const int Picks = 2;
    private const int Dim = 8;
    private const int Hidden = 16;
    private const int Experts = 4;

    /// <summary>Tensors of the meta device have no numbers: whatever asked the device for one would fail.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plan_permutation_and_combination_ask_the_device_for_no_number(bool bias)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var matmul = new ShapesOnly();
        var plan = RoutingPlan.Sort(empty([Tokens, Picks], ScalarType.Int64, META), Experts + 1);
        var y_TD = RoutedExperts.Run(
            Activation.SwiGlu, Meta(Tokens, Dim), plan, Meta(Tokens, Picks), Meta(Experts, Dim, 2 * Hidden), Meta(Experts, Hidden, Dim),
            bias ? Meta(Experts, 2 * Hidden) : null, null, 0, null, new DevicePath(matmul));
        var y_TKD = RoutedExperts.PerPick(
            Activation.SwiGlu, Meta(Tokens, Dim), plan, Meta(Experts, Dim, 2 * Hidden), Meta(Experts, Hidden, Dim),
            null, null, 0, ScalarType.BFloat16, new DevicePath(matmul));

        Assert.Equal([Tokens, Dim], y_TD.shape);
        Assert.Equal([Tokens, Picks, Dim], y_TKD.shape);
        Assert.Equal([Experts + 1], plan.TokensPerExpert.shape);
        Assert.All([y_TD, y_TKD, plan.TokensPerExpert], tensor => Assert.Equal(DeviceType.META, tensor.device_type));
        Assert.Equal(4, matmul.Calls);
    }

    [Fact]
    public void The_order_on_the_device_is_the_order_on_the_host()
    {
        using var scope = NewDisposeScope();
        var experts_TK = new KernelCase(Activation.Relu, slots: 5).Experts_TK;
        var host = HostPlan.Sort(experts_TK, 5);
        var device = DeviceOrder.Sort(experts_TK, 0, 5);
        var rows = host.Offsets_E1[^1];
        Assert.Equal(host.Pick_N.to(ScalarType.Int64).data<long>().ToArray(), device.Pick_N.narrow(0, 0, rows).data<long>().ToArray());
        Assert.Equal(host.Offsets_E1[1..], device.Offsets_F.data<int>().ToArray());
        Assert.Equal(host.Counts(0, 5), DeviceOrder.Counts(experts_TK, 5).data<long>().ToArray());
        Assert.Equal(rows, device.Outside_N.logical_not().sum().item<long>());
    }

    [Fact]
    public void Every_method_that_would_make_the_host_wait_is_a_banned_symbol()
    {
        var banned = File.ReadAllLines(Path.Combine(RepositoryRoot(), "src/LibMoE.Layers/BannedSymbols.txt"))
            .Select(line => line.Split(';')[0].Trim()).Where(line => line.Length > 0).ToHashSet();
        string[] names =
            ["item", "data", "nonzero", "cpu", "bincount", "ToArray", "ToSingle", "ToDouble", "ToInt32", "ToInt64", "ToBoolean", "ToByte"];
        Type[] types = [typeof(Tensor), typeof(TensorExtensionMethods), typeof(TorchSharp.Utils.TensorAccessor<>), typeof(torch)];
        var reading = types.SelectMany(
            type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => names.Contains(method.Name)).Select(Id).ToList();
        Assert.Contains("M:TorchSharp.torch.Tensor.item``1", reading);
        var missing = reading.Except(banned).ToList();
        Assert.True(missing.Count == 0, $"not in BannedSymbols.txt:\n{string.Join('\n', missing)}");
    }

    private static Tensor Meta(params long[] shape) => empty(shape, ScalarType.Float32, META);

    /// <summary>The documentation id, as far as these methods need its grammar.</summary>
    private static string Id(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? "``" + method.GetGenericArguments().Length : "";
        var parameters = method.GetParameters().Select(parameter => Id(parameter.ParameterType)).ToList();
        return $"M:{method.DeclaringType!.FullName!.Replace('+', '.')}.{method.Name}{generic}"
            + $"{(parameters.Count == 0 ? "" : $"({string.Join(",", parameters)})")}";
    }

    private static string Id(Type type) => type.IsGenericType
        ? $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}{{{string.Join(",", type.GetGenericArguments().Select(Id))}}}"
        : type.FullName!.Replace('+', '.');

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LibMoE.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    /// <summary>The grouped matmul without numbers.</summary>
    private sealed class ShapesOnly : IGroupedMatmul
    {
        public int Calls { get; private set; }

        public Tensor Multiply(Tensor a_ND, Tensor b_FDW, Tensor offsets_F)
        {
            Calls++;
            Assert.Equal(Tokens * Picks, a_ND.shape[0]);
            Assert.Equal([Experts], offsets_F.shape);
            Assert.Equal(ScalarType.Int32, offsets_F.dtype);
            Assert.Equal(a_ND.shape[1], b_FDW.shape[1]);
            Assert.Equal(0, a_ND.shape[1] % 8);
            return empty([a_ND.shape[0], b_FDW.shape[2]], a_ND.dtype, a_ND.device);
        }
    }
}
