using System.ComponentModel;
using System.Numerics;
using LibMoE;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QuantumGate;

[Description("s = |U(θ)·RY(W·x)|0⟩|², the probabilities of the 2ⁿ = E outcomes of n qubits")]
public sealed class CircuitGateAttribute(int layers) : GateAttribute<CircuitRouter>
{
    public int Layers => layers;

    public override bool? RoutesTokensAlone => true;
}

public sealed class CircuitRouter : nn.Module, IRouter<CircuitRouter, CircuitGateAttribute>
{
    private readonly Parameter embed, turns;

    private CircuitRouter(RouterPlace place, int layers)
        : base(nameof(CircuitRouter))
    {
        if (!BitOperations.IsPow2(place.Experts) || place.Experts < 2 || place.Experts > 1 << QuantumCircuit.MostQubits)
        {
            throw new ArgumentException($"{place.Experts} experts are no power of 2 from 2 to {1 << QuantumCircuit.MostQubits}; "
                + "each is an outcome of all qubits.");
        }

        var qubits = BitOperations.Log2((uint)place.Experts);
        embed = place.Parameter("embed", 1, qubits, place.Shape.Dim);
        turns = place.Parameter("turns", 1, layers, qubits, 2);
        RegisterComponents();
    }

    public static CircuitRouter Create(RouterPlace place, CircuitGateAttribute options) => new(place, options.Layers);

    public RouterScores Route(Tensor x_TD)
    {
        var angles_TN = x_TD.to(ScalarType.Float64).matmul(embed.to(ScalarType.Float64).t());
        var scores_TE = QuantumCircuit.Probabilities(angles_TN, turns.to(ScalarType.Float64)).to(embed.dtype);
        return new(scores_TE.AtLeast(1e-12).log(), scores_TE);
    }
}

[Description("l = V·[sin W·x; cos W·x],  s = softmax(l)")]
public sealed class FourierGateAttribute(int waves) : GateAttribute<FourierRouter>
{
    public int Waves => waves;

    public override bool? RoutesTokensAlone => true;
}

public sealed class FourierRouter : nn.Module, IRouter<FourierRouter, FourierGateAttribute>
{
    private readonly Parameter waves, weight;

    private FourierRouter(RouterPlace place, int count)
        : base(nameof(FourierRouter))
    {
        (waves, weight) = (place.Parameter("waves", 1, count, place.Shape.Dim), place.Parameter("weight", 1, place.Experts, 2 * count));
        RegisterComponents();
    }

    public static FourierRouter Create(RouterPlace place, FourierGateAttribute options) => new(place, options.Waves);

    public RouterScores Route(Tensor x_TD)
    {
        var turned_TW = x_TD.to(waves.dtype).matmul(waves.t());
        var logits_TE = cat([turned_TW.sin(), turned_TW.cos()], 1).matmul(weight.t());
        return new(logits_TE, logits_TE.softmax(-1));
    }
}

[Description("l = V·tanh(W·x + b),  s = softmax(l)")]
public sealed class TanhGateAttribute(int hidden) : GateAttribute<TanhRouter>
{
    public int Hidden => hidden;

    public override bool? RoutesTokensAlone => true;
}

public sealed class TanhRouter : nn.Module, IRouter<TanhRouter, TanhGateAttribute>
{
    private readonly Parameter hidden, bias, weight;

    private TanhRouter(RouterPlace place, int units)
        : base(nameof(TanhRouter))
    {
        (hidden, bias) = (place.Parameter("hidden", 1, units, place.Shape.Dim), place.Parameter("bias", 1, units));
        weight = place.Parameter("weight", 1, place.Experts, units);
        RegisterComponents();
    }

    public static TanhRouter Create(RouterPlace place, TanhGateAttribute options) => new(place, options.Hidden);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.to(hidden.dtype).matmul(hidden.t()).Plus(bias).tanh().matmul(weight.t());
        return new(logits_TE, logits_TE.softmax(-1));
    }
}
