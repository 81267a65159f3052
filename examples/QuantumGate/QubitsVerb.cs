using System.Diagnostics;
using System.Globalization;
using LibMoE.Runtime;
using Spectre.Console;
using static TorchSharp.torch;

namespace QuantumGate;

/// <summary>How long a forward pass of 32 tokens through four layers takes, by the number of qubits, and how far autograd is from the
/// parameter-shift rule.</summary>
internal sealed class QubitsVerb(IAnsiConsole console) : IVerb
{
    private const int Tokens = 32;
    private const int Layers = 4;
    private const int Repeats = 5;

    public static string Name => "qubits";

    public static string Description =>
        "Times the simulated circuit with 1 to 10 qubits, and holds its gradient to the parameter-shift rule.";

    public static IReadOnlyList<VerbOption> Options => [];

    public Task<int> RunAsync(CancellationToken stop)
    {
        foreach (var qubits in Enumerable.Range(1, QuantumCircuit.MostQubits))
        {
            using var scope = NewDisposeScope();
            stop.ThrowIfCancellationRequested();
            manual_seed(qubits);
            var angles_TN = randn([Tokens, qubits], dtype: ScalarType.Float64);
            var weights_LN2 = randn([Layers, qubits, 2], dtype: ScalarType.Float64);
            var milliseconds = Enumerable.Range(0, Repeats).Min(_ => Milliseconds(angles_TN, weights_LN2));
            var difference = Difference(angles_TN, weights_LN2);
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{qubits} qubits, {1 << qubits} experts: {milliseconds:F2} ms, autograd − parameter shift {difference:E1}"));
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static double Milliseconds(Tensor angles_TN, Tensor weights_LN2)
    {
        using var scope = NewDisposeScope();
        var begun = Stopwatch.GetTimestamp();
        QuantumCircuit.Probabilities(angles_TN, weights_LN2);
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>∂p/∂θ = (p(θ + π/2) − p(θ − π/2))/2 (Mitarai et al. 2018; Schuld et al. 2019), of the first outcome of the first token by
    /// the last angle that moves it.</summary>
    private static double Difference(Tensor angles_TN, Tensor weights_LN2)
    {
        var free_LN2 = weights_LN2.clone().requires_grad_();
        First(free_LN2).backward();
        var shift_LN2 = zeros_like(weights_LN2);
        shift_LN2[Layers - 1, 0, 0] = tensor(Math.PI / 2);
        var slope = (First(weights_LN2.Plus(shift_LN2)) - First(weights_LN2 - shift_LN2)).item<double>() / 2;
        return Math.Abs(free_LN2.grad![Layers - 1, 0, 0].item<double>() - slope);

        Tensor First(Tensor weights) => QuantumCircuit.Probabilities(angles_TN, weights).select(0, 0).select(0, 0);
    }
}
