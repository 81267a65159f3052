using LibMoE.Runtime.Testing;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>What a layer can get wrong.</summary>
public enum Fault
{
    None,
    ScaledOutput,
    DetachedRouter,
    WrongLoss,
    IgnoredMask,
    LeakingMask,
    ChangedState,
    UnsavedState,
    UndeclaredParameter,
    Randomness,
    KeptTensor,
    LossesAlways,
    TrainingOnly,
    Position,
    MixedSequences,
    ExpertNumber,
    IgnoredReroute,
    Exception,
}

/// <summary>The declaration of another layer, computed by the oracle and then spoilt in one way.</summary>
internal sealed class FaultyLayer : MoeLayer
{
    private readonly Fault _fault;
    private readonly List<Tensor> _kept = [];

    public FaultyLayer(MoeDeclaration declaration, MoeShape shape, Fault fault)
        : base(declaration, shape)
    {
        _fault = fault;
        foreach (var spec in declaration.Parameters(shape))
        {
            _ = spec.Buffer ? AddBuffer(spec.Name) : AddParameter(spec.Name);
        }

        if (fault == Fault.UndeclaredParameter)
        {
            register_parameter("router.extra", new TorchSharp.Modules.Parameter(zeros(1)));
        }
    }

    public override MoeOutput forward(Tensor x, MoeContext context)
    {
        var state = state_dict().ToDictionary(entry => entry.Key, entry => Spoilt(entry.Key, entry.Value));
        var seen = new MoeContext
        {
            Mask = _fault == Fault.IgnoredMask ? null : context.Mask,
            Losses = context.Losses || _fault == Fault.LossesAlways,
            Reroute = _fault == Fault.IgnoredReroute ? null : context.Reroute,
        };
        var output = DenseOracle.Run(Declaration, new OracleParameters(state), x, seen);
        return new MoeOutput(Spoilt(output.Hidden, output.Routing, x, context).to(x.dtype), Spoilt(output.Routing));
    }

    private Tensor Spoilt(string name, Tensor values) =>
        _fault == Fault.DetachedRouter && name == "router.weight" ? values.detach() : values;

    private Tensor Spoilt(Tensor hidden, Routing routing, Tensor x, MoeContext context)
    {
        switch (_fault)
        {
            case Fault.ScaledOutput:
                return hidden * 1.0001;
            case Fault.LeakingMask when context.Mask is not null:
                return hidden + (x.mean() * 0.01);
            case Fault.UnsavedState:
                return hidden + Shape.Seed;
            case Fault.Randomness:
                return hidden + (rand(1) * 1e-3);
            case Fault.TrainingOnly when training:
                return hidden * 2;
            case Fault.Position:
                return hidden + arange(x.shape[^2], ScalarType.Float64).unsqueeze(1);
            case Fault.MixedSequences:
                return hidden + x.mean();
            case Fault.ExpertNumber:
                return hidden + routing.Experts!.to(ScalarType.Float64).sum();
            case Fault.Exception:
                throw new InvalidOperationException("There is no layer today.");
            case Fault.KeptTensor:
                _kept.Add(ones(1).DetachFromDisposeScope());
                return hidden;
            case Fault.ChangedState when training:
                using (no_grad())
                {
                    state_dict()["router.weight"].mul_(1.01);
                }

                return hidden;
            default:
                return hidden;
        }
    }

    private Routing Spoilt(Routing routing) => _fault != Fault.WrongLoss || routing.Losses.Count == 0 ? routing : new Routing(routing.Kind)
    {
        Logits = routing.Logits,
        Scores = routing.Scores,
        Experts = routing.Experts,
        Weights = routing.Weights,
        TokensPerExpert = routing.TokensPerExpert,
        Losses = routing.Losses.ToDictionary(entry => entry.Key, entry => entry.Value * 1.001),
        AuxiliaryLoss = routing.AuxiliaryLoss * 1.001,
    };
}
