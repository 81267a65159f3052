using LibMoE.Runtime.Layers;
using LibMoE.Runtime.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>Several gates over one bank of experts, as MMoE has one for each task (Ma et al. 2018).</summary>
public sealed class ExpertsOfTests
{
    private static readonly MoeShape Shape = new(6, 5) { DType = ScalarType.Float64, Seed = 3, Prefix = "one." };

    public static TheoryData<string> Shared => new(nameof(AllFour), nameof(SoftmaxGeluShared), nameof(SigmoidSwiGlu), nameof(LatentShared));

    [Fact]
    public void Each_output_is_its_own_softmax_over_the_common_experts_and_gradients_are_those_of_the_formula()
    {
        using var scope = NewDisposeScope();
        using var model = Two<AllFour>();
        var (first, second) = (model.First, model.Second);
        var x_TD = Input();
        Spread(first, second);
        var (up_FDH, down_FHD) = (Leaf(first, "experts.up"), Leaf(first, "experts.down"));
        Tensor[] routers = [Leaf(first, "router.weight"), Leaf(second, "router.weight")];

        var (y1_TD, y2_TD) = (first.forward(x_TD).Hidden, second.forward(x_TD).Hidden);
        (y1_TD.sin().sum() + 2 * y2_TD.sin().sum()).backward();
        var expected = routers.Select(router_ED => Formula(x_TD, router_ED, up_FDH, down_FHD)).ToArray();
        (expected[0].sin().sum() + 2 * expected[1].sin().sum()).backward();

        Near(expected[0], y1_TD);
        Near(expected[1], y2_TD);
        Assert.True((y1_TD - y2_TD).abs().max().item<double>() > 0.01);
        Near(up_FDH.grad!, Of(first, "experts.up").grad!);
        Near(down_FHD.grad!, Of(first, "experts.down").grad!);
        Near(routers[0].grad!, Of(first, "router.weight").grad!);
        Near(routers[1].grad!, Of(second, "router.weight").grad!);
    }

    [Theory, MemberData(nameof(Shared))]
    public void Both_layers_and_the_sum_of_their_gradients_agree_with_the_float64_oracle(string name)
    {
        using var scope = NewDisposeScope();
        var variant = Variant(name);
        using var model = Two(variant);
        var (first, second) = (model.First, model.Second);
        var x_TD = Input();
        Spread(first, second);
        var bank = Leaves(first);
        var other = bank.Where(entry => !entry.Key.StartsWith("router.", StringComparison.Ordinal)).Concat(Leaves(second)).ToDictionary();

        var (one, two) = (first.forward(x_TD), second.forward(x_TD));
        (Loss(one) + 3 * Loss(two)).backward();
        var (expected1, expected2) = (Oracle(variant, bank, x_TD), Oracle(variant, other, x_TD));
        (Loss(expected1) + 3 * Loss(expected2)).backward();

        Near(expected1.Hidden, one.Hidden);
        Near(expected2.Hidden, two.Hidden);
        Assert.All(first.named_parameters(), entry => Near(bank[entry.name].grad!, entry.parameter.grad!));
        Assert.All(second.named_parameters(), entry => Near(other[entry.name].grad!, entry.parameter.grad!));
    }

    [Theory, MemberData(nameof(Shared))]
    public void A_model_counts_saves_and_trains_common_experts_once(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Two(Variant(name));
        var (first, second) = (model.First, model.Second);
        var gate = first.named_parameters().Count(entry => entry.name.StartsWith("router.", StringComparison.Ordinal));

        Assert.All(second.state_dict().Keys, key => Assert.StartsWith("router.", key, StringComparison.Ordinal));
        Assert.Equal(first.parameters().Count() + gate, model.parameters().Count());
        Assert.Equal(first.state_dict().Count + second.state_dict().Count, model.state_dict().Count);
        Assert.Equal(
            model.parameters().Count(), model.parameters().Select(parameter => parameter.Handle).Distinct().Count());
    }

    [Fact]
    public void A_step_of_the_optimiser_moves_common_experts_once_by_the_sum_of_both_gradients()
    {
        using var scope = NewDisposeScope();
        using var model = Two<AllFour>();
        var (first, second) = (model.First, model.Second);
        var x_TD = Input();
        Spread(first, second);
        var before_FDH = Leaf(first, "experts.up");

        (first.forward(x_TD).Hidden.sum() + second.forward(x_TD).Hidden.sum()).backward();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        optimizer.step();

        Near(before_FDH - 0.1 * Of(first, "experts.up").grad!, Of(first, "experts.up"));
    }

    [Fact]
    public void A_saved_model_gives_the_same_in_another_one()
    {
        using var scope = NewDisposeScope();
        using var model = Two<AllFour>();
        var (first, second) = (model.First, model.Second);
        using var again = Two<AllFour>(Shape with { Seed = 8 });
        var x_TD = Input();

        again.load_state_dict(model.state_dict());

        Near(first.forward(x_TD).Hidden, again.First.forward(x_TD).Hidden);
        Near(second.forward(x_TD).Hidden, again.Second.forward(x_TD).Hidden);
    }

    [Fact]
    public void A_third_gate_may_take_the_experts_of_the_second_and_freeing_it_frees_nothing_of_theirs()
    {
        using var scope = NewDisposeScope();
        using var model = Two<AllFour>();
        var (first, second) = (model.First, model.Second);
        var third = AllFour.Create(Shape with { Prefix = "three.", ExpertsOf = second });
        var expected = Formula(Input(), Of(third, "router.weight"), Of(first, "experts.up"), Of(first, "experts.down"));
        Near(expected, third.forward(Input()).Hidden);

        third.Dispose();
        second.Dispose();

        Assert.Equal([7, 6], first.forward(Input()).Hidden.shape);
    }

    [Fact]
    public void A_learner_s_active_parameters_are_those_that_all_gates_pick_and_at_most_all()
    {
        using var scope = NewDisposeScope();
        using var two = Two<SigmoidSwiGlu>();
        using var third = SigmoidSwiGlu.Create(Shape with { Prefix = "three.", ExpertsOf = two.First });
        using var three = new Holder(two, third);
        using var sparse = Two<SoftmaxRelu>();
        long expert = 3 * 6 * 9, gate = 6 * 6;

        Assert.Equal(new LearnerCost(6 * expert + 2 * gate, 6 * expert + 2 * gate, 2 * 2 * (3 * expert + gate)),
            LearnerCost.Of(two, two.Layers));
        Assert.Equal(6 * expert + 3 * gate, LearnerCost.Of(three, [.. two.Layers, third]).ActiveParameters);
        Assert.Equal(4 * (2 * 6 * 5) + 2 * 30, LearnerCost.Of(sparse, sparse.Layers).ActiveParameters);
    }

    [Fact]
    public void Moving_a_model_to_its_own_device_changes_nothing_and_to_another_number_type_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Two<AllFour>();
        var (first, second) = (model.First, model.Second);

        model.to(CPU);
        model.to(ScalarType.Float64);
        foreach (var layer in new nn.Module[] { model, first, second })
        {
            Assert.Equal(
                "AllFour: layers with experts in common are not moved; make them with the number type and the device that they are to "
                + "have, in MoeShape.",
                Assert.Throws<InvalidOperationException>(() => layer.to(ScalarType.Float32)).Message);
        }

        Assert.Single(second.parameters());
    }

    [Fact]
    public void Experts_of_what_does_not_fit_are_refused_with_what_would()
    {
        using var scope = NewDisposeScope();
        using var first = AllFour.Create(Shape);
        using var own = OwnExpertsAndTerm.Create(Shape);

        Assert.StartsWith(
            "SoftmaxRelu: a layer takes the experts of one of the same declaration, and ExpertsOf is of AllFour.",
            Refused(() => SoftmaxRelu.Create(Shape with { ExpertsOf = first })), StringComparison.Ordinal);
        Assert.StartsWith(
            "AllFour: the layer is to have Dim 6, Hidden 4, Output 6, Float64 on cpu, and that of ExpertsOf has Dim 6, Hidden 5, Output 6, "
            + "Float64 on cpu; give both the same.",
            Refused(() => AllFour.Create(Shape with { Hidden = 4, ExpertsOf = first })), StringComparison.Ordinal);
        Assert.StartsWith(
            "OwnExpertsAndTerm: experts of a kind of your own (Tanh) are modules, which layers do not share; leave ExpertsOf out.",
            Refused(() => OwnExpertsAndTerm.Create(Shape with { ExpertsOf = own })), StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_that_ranks_share_are_refused()
    {
        using var first = AllFour.Create(Shape);

        Assert.Equal(
            ["AllFour: experts that several ranks share cannot have several gates; set Ranks:Experts to 1."],
            ExpertBank.Problems(first.Declaration, Shape, first, onRanks: true));
        Assert.Empty(ExpertBank.Problems(first.Declaration, Shape, first, onRanks: false));
    }

    private static string Refused(Action create) => Assert.Throws<ArgumentException>(create).Message;

    private static TwoGates Two<TLayer>(MoeShape? shape = null)
        where TLayer : MoeLayer, IMoeLayer<TLayer> => Two(MoeVariant.Of<TLayer>(), shape);

    private static TwoGates Two(MoeVariant variant, MoeShape? shape = null)
    {
        var first = variant.Create(shape ?? Shape);
        return new TwoGates(first, variant.Create((shape ?? Shape) with { Prefix = "two.", ExpertsOf = first }));
    }

    private static Tensor Input() => linspace(-1, 1, 42, ScalarType.Float64).reshape(7, 6).Times(3).sin();

    /// <summary>y = Σ_i softmax(W·x)_i · relu(x·A_i)·B_i.</summary>
    private static Tensor Formula(Tensor x_TD, Tensor router_ED, Tensor up_FDH, Tensor down_FHD)
    {
        var g_TE = x_TD.matmul(router_ED.t()).softmax(1);
        return Enumerable.Range(0, 4)
            .Select(expert => g_TE.narrow(1, expert, 1) * x_TD.matmul(up_FDH[expert]).relu().matmul(down_FHD[expert]))
            .Aggregate((sum, next) => sum + next);
    }

    private static Tensor Loss(MoeOutput output) => output.Hidden.sin().sum() + output.Routing.AuxiliaryLoss;

    private static MoeOutput Oracle(MoeVariant variant, Dictionary<string, Tensor> state, Tensor x_TD) =>
        DenseOracle.Run(variant.Declaration, new OracleParameters(state), x_TD, options: new OracleOptions { Training = true });

    private static Dictionary<string, Tensor> Leaves(MoeLayer layer) =>
        layer.named_parameters().ToDictionary(entry => entry.name, entry => Leaf(layer, entry.name));

    private static Tensor Leaf(MoeLayer layer, string name) => Of(layer, name).detach().clone().requires_grad_(true);

    private static Tensor Of(MoeLayer layer, string name) => layer.state_dict()[name];

    /// <summary>So that outputs are not near 0.</summary>
    private static void Spread(params MoeLayer[] layers)
    {
        using var quiet = no_grad();
        foreach (var (place, parameter) in layers.SelectMany(layer => layer.parameters()).Index())
        {
            using var generator = new Generator((ulong)place);
            parameter.uniform_(-0.6, 0.6, generator);
        }
    }

    private static void Near(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<double>(), 0, 1e-12);

    private static MoeVariant Variant(string name) => name switch
    {
        nameof(AllFour) => MoeVariant.Of<AllFour>(),
        nameof(SoftmaxGeluShared) => MoeVariant.Of<SoftmaxGeluShared>(),
        nameof(SigmoidSwiGlu) => MoeVariant.Of<SigmoidSwiGlu>(),
        _ => MoeVariant.Of<LatentShared>(),
    };

    private class Holder : nn.Module
    {
        public Holder(nn.Module first, nn.Module second)
            : base(nameof(Holder))
        {
            register_module("first", first);
            register_module("second", second);
        }
    }

    private sealed class TwoGates(MoeLayer first, MoeLayer second) : Holder(first, second)
    {
        public MoeLayer First => Layers[0];

        public MoeLayer Second => Layers[1];

        public IReadOnlyList<MoeLayer> Layers { get; } = [first, second];
    }
}

/// <summary>MMoE's own form: every expert for every token.</summary>
[MoeLayer, Experts<Relu>(4), SoftmaxGate(TopK = 4)]
public sealed partial class AllFour;

[MoeLayer, Experts<SwiGlu>(4), SharedExperts<SwiGlu>(1), LatentExperts(3), SoftmaxGate(TopK = 2), SwitchBalance(0.1)]
public sealed partial class LatentShared;
