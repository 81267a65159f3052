using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>
/// The dense oracle for one layer. A user's own parts without a formula are run as they are, in float64 and on every token.
/// </summary>
internal sealed class KitOracle
{
    private readonly KitSubject _subject;
    private readonly MoeLayer _layer;
    private readonly UserParts _own;

    public KitOracle(KitSubject subject, MoeLayer layer)
    {
        (_subject, _layer) = (subject, layer);
        _own = new UserParts(subject, layer);
        Parameters = _own.Parameters ?? OracleParameters.Copy(layer);
    }

    /// <summary>Float64 leaves that gradients reach.</summary>
    public OracleParameters Parameters { get; }

    /// <summary>What the layer has to give for a call whose x is float64, on the CPU; see <see cref="KitCall.InFloat64"/>.</summary>
    public MoeOutput Run(KitCall call, bool training = false)
    {
        var context = OnCpu(call);
        return DenseOracle.Run(_subject.Declaration, Parameters, call.X, context, Options(call, context) with { Training = training });
    }

    /// <summary>The picks that the layer has to make in evaluation, of a call as for <see cref="Run"/>; no expert is computed.</summary>
    public Tensor Picks(KitCall call)
    {
        var context = OnCpu(call);
        return DenseOracle.Picks(_subject.Declaration, Parameters, call.X, context, Options(call, context));
    }

    private static MoeContext OnCpu(KitCall call) => new()
    {
        TokenIds = call.Context.TokenIds?.cpu(),
        Mask = call.Context.Mask?.cpu(),
        PreviousLogits = call.Context.PreviousLogits?.cpu(),
        Losses = call.Context.Losses,
        Reroute = call.Context.Reroute,
    };

    private OracleOptions Options(KitCall call, MoeContext context)
    {
        var options = _own.Complete(_subject.Options.Formulas, call.X, context);
        if (_subject.Declaration.Gate is not HashGateAttribute { Table: false })
        {
            return options;
        }

        using var quiet = no_grad();
        var x = call.X.detach().to(_layer.Shape.DType, _subject.Options.Device);
        return options with { Picks = _layer.forward(x, call.With(losses: false).Context).Routing.Experts!.cpu() };
    }
}
