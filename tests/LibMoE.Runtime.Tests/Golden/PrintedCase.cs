using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Oracle;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Golden;

/// <summary>The closed-form layer behind the printed figures: one sequence of 4 tokens, D = 4, 4 ReLU experts of width 3, K = 2.</summary>
internal static class PrintedCase
{
    public static Tensor X => Made((t, j) => Math.Sin((0.9 * t) + (0.37 * j) + 0.2), 4, 4);

    /// <summary>As many router rows as a gate needs.</summary>
    public static Tensor Router(int rows) => Made((e, j) => 0.5 * Math.Cos((1.3 * e) - (0.71 * j) + 0.4), rows, 4);

    public static Tensor Up(int expert, int hidden) => Made((i, j) => 0.3 * Math.Sin(1 + expert + (0.5 * i) - (0.8 * j)), 4, hidden);

    public static Tensor Down(int expert, int hidden) => Made((j, o) => 0.3 * Math.Cos((0.3 * expert) - (0.4 * j) + (0.9 * o)), hidden, 4);

    public static Dictionary<string, Tensor> State(int routerRows) => new()
    {
        ["router.weight"] = Router(routerRows),
        ["experts.up"] = stack([.. Enumerable.Range(0, 4).Select(expert => Up(expert, 3))]),
        ["experts.down"] = stack([.. Enumerable.Range(0, 4).Select(expert => Down(expert, 3))]),
    };

    public static MoeOutput Run(GateAttribute gate, Dictionary<string, Tensor> state, params BalanceAttribute[] balance) =>
        DenseOracle.Run(Declare.Layer(gate, [Declare.Experts<Relu>(4)], balance), new OracleParameters(state), X);

    public static Tensor Made(Func<int, int, double> number, int rows, int columns) => tensor(
        [.. Enumerable.Range(0, rows * columns).Select(i => number(i / columns, i % columns))], [rows, columns], ScalarType.Float64);
}
