using LibMoE.Runtime.Tests.Hosting;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>Routers and experts of a user's own that forget to register, or make their parameters by themselves.</summary>
public sealed class OwnPartTests
{
    [Fact]
    public void A_router_or_expert_with_a_parameter_that_is_not_registered_is_refused_by_its_name()
    {
        var router = Assert.Throws<UnregisteredPartException>(() => ForgetfulMoe.Create(new MoeShape(4)));
        Assert.Contains("ForgetfulRouter has a parameter 'weight' that is not registered", router.Message, StringComparison.Ordinal);
        Assert.Contains("call RegisterComponents()", router.Message, StringComparison.Ordinal);

        var expert = Assert.Throws<UnregisteredPartException>(() => MoeVariant.Of<ForgetfulExpertMoe>().Create(new MoeShape(4, Hidden: 8)));
        Assert.Contains("ForgetfulExpert has a parameter 'Scale'", expert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_says_it_in_one_line()
    {
        using var host = new HostedRun();

        Assert.Equal(2, await host.Run([MoeVariant.Of<ForgetfulMoe>()], HostedRun.Tiny("--name", "forgetful")));

        Assert.StartsWith("error: ForgetfulRouter has a parameter 'weight'", Assert.Single(host.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_made_without_the_place_outlives_the_scope_that_the_layer_was_made_in()
    {
        MoeLayer layer;
        using (NewDisposeScope())
        {
            layer = OwnParameterMoe.Create(new MoeShape(4));
        }

        using (layer)
        using (NewDisposeScope())
        {
            Assert.All(layer.parameters(), parameter => Assert.False(parameter.IsInvalid));
            Assert.Equal([3, 4], layer.forward(randn(3, 4)).Hidden.shape);
        }
    }

    [Fact]
    public async Task A_study_trains_a_router_with_parameters_of_its_own_making()
    {
        using var host = new HostedRun();

        Assert.Equal(0, await host.Run([MoeVariant.Of<OwnParameterMoe>()], HostedRun.Tiny("--name", "own")));

        Assert.Empty(host.Errors);
    }
}

[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), ForgetfulGate(TopK = 2)]
internal sealed partial class ForgetfulMoe;

[MoeLayer, Experts<ForgetfulExpert>(4), SoftmaxGate(TopK = 2)]
internal sealed partial class ForgetfulExpertMoe;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 8), OwnParameterGate(TopK = 2)]
internal sealed partial class OwnParameterMoe;

internal sealed class ForgetfulGateAttribute : GateAttribute<ForgetfulRouter>
{
    public override bool? RoutesTokensAlone => true;
}

internal sealed class ForgetfulRouter(RouterPlace place) : nn.Module("forgetful"), IRouter<ForgetfulRouter, ForgetfulGateAttribute>
{
    private readonly Parameter weight = place.Parameter("weight", 0.02, place.Experts, place.Shape.Dim);

    public static ForgetfulRouter Create(RouterPlace place, ForgetfulGateAttribute options) => new(place);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.matmul(weight.t());
        return new(logits_TE, logits_TE.softmax(-1));
    }
}

internal sealed class ForgetfulExpert(ExpertPlace place) : nn.Module<Tensor, Tensor>("forgetful"), IExpertKind<ForgetfulExpert>
{
    private Parameter Scale { get; } = place.Parameter("scale", 0.02, place.Shape.Dim);

    public static ForgetfulExpert Create(ExpertPlace place) => new(place);

    public override Tensor forward(Tensor x_ND) => x_ND * Scale;
}

internal sealed class OwnParameterGateAttribute : GateAttribute<OwnParameterRouter>
{
    public override bool? RoutesTokensAlone => true;
}

internal sealed class OwnParameterRouter : nn.Module, IRouter<OwnParameterRouter, OwnParameterGateAttribute>
{
    private readonly Parameter weight;

    private OwnParameterRouter(RouterPlace place)
        : base("own")
    {
        weight = new Parameter(zeros([place.Experts, place.Shape.Dim], ScalarType.Float32));
        RegisterComponents();
    }

    public static OwnParameterRouter Create(RouterPlace place, OwnParameterGateAttribute options) => new(place);

    public RouterScores Route(Tensor x_TD)
    {
        var logits_TE = x_TD.matmul(weight.t());
        return new(logits_TE, logits_TE.softmax(-1));
    }
}
