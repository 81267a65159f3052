using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Oracle;

/// <summary>Runs the oracle on tokens of width E whose router is the identity: the logits are the tokens themselves.</summary>
internal static class OracleRun
{
    public static Tensor RowsOf(double[,] values) => tensor(values, ScalarType.Float64);

    public static MoeOutput Identity(
        GateAttribute gate, double[,] logits, BalanceAttribute[]? balance = null, CapacityAttribute? capacity = null,
        MoeContext? context = null, OracleOptions? options = null, params (string Name, Tensor Value)[] more)
    {
        var e = logits.GetLength(1);
        var state = new Dictionary<string, Tensor> { ["router.weight"] = eye(e, dtype: ScalarType.Float64) };
        foreach (var (name, value) in more)
        {
            state[name] = value;
        }

        var layer = Declare.Layer(gate, [Declare.Experts<Copy>(e)], shared: null, capacity, balance ?? []);
        return DenseOracle.Run(layer, new OracleParameters(state), RowsOf(logits), context, options);
    }

    public static long[] Picks(MoeOutput output) => output.Routing.Experts!.contiguous().data<long>().ToArray();

    public static double[] Numbers(Tensor values) => values.detach().contiguous().data<double>().ToArray();

    public static double[] Softmax(params double[] logits)
    {
        var sum = logits.Sum(Math.Exp);
        return [.. logits.Select(l => Math.Exp(l) / sum)];
    }

    public static void Close(double[] expected, Tensor actual)
    {
        var numbers = Numbers(actual);
        Assert.Equal(expected.Length, numbers.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], numbers[i], 1e-12);
        }
    }
}
