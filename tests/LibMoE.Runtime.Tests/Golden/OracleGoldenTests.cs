using LibMoE.Runtime.Testing;
using LibMoE.Runtime.Tests.Oracle;

namespace LibMoE.Runtime.Tests.Golden;

public class OracleGoldenTests
{
    private static readonly Dictionary<string, MoeDeclaration> Declarations = new()
    {
        ["softmax"] = Declare.Layer(new SoftmaxGateAttribute { TopK = 2 }, [Declare.Experts<SwiGlu>(4)],
            new SwitchBalanceAttribute(0.1), new RouterZLossAttribute(0.01), new EntropyBalanceAttribute(0.3) { Over = Over.Batch }),
        ["sigmoid"] = Declare.Layer(new SigmoidGateAttribute { TopK = 2 }, [Declare.Experts<Relu>(5)], new SequenceBalanceAttribute(0.2)),
        ["cosine"] = Declare.Layer(new CosineGateAttribute { TopK = 2, Temperature = 0.7 }, [Declare.Experts<Gelu>(4)],
            new SwitchBalanceAttribute(0.1)),
        ["perturbed cosine"] = Declare.Layer(new PerturbedCosineGateAttribute { TopK = 2, Noise = 0.1 }, [Declare.Experts<SwiGlu>(4)],
            new SwitchBalanceAttribute(0.1)),
        ["hyper"] = Declare.Layer(new HyperGateAttribute(8) { TopK = 2 }, [Declare.Experts<SwiGlu>(4)], new SwitchBalanceAttribute(0.1)),
        ["shared"] = Declare.Layer(new SoftmaxGateAttribute { TopK = 2 }, [Declare.Experts<SwiGlu>(4)],
            shared: new SharedExpertsAttribute<SwiGlu>(2) { Hidden = 2 }),
        ["xmoe"] = Declare.Layer(new XMoeGateAttribute(2) { TopK = 2 }, [Declare.Experts<Relu>(4)]),
        ["groups and bias"] = Declare.Layer(
            new SigmoidGateAttribute { TopK = 2, Groups = 3, TopGroups = 2, Scale = 2 }, [Declare.Experts<SwiGlu>(6)],
            new BiasBalanceAttribute(0.001), new SequenceBalanceAttribute(0.1)),
        ["zero-compute"] = Declare.Layer(new SoftmaxGateAttribute { TopK = 2 },
            [Declare.Experts<Relu>(3), Declare.Experts<Zero>(1), Declare.Experts<Copy>(1), Declare.Experts<Constant>(1)],
            new Top1BalanceAttribute(0.1)),
        ["switch"] = Declare.Layer(new SoftmaxGateAttribute { TopK = 1, Normalize = false }, [Declare.Experts<GeGlu>(4)],
            new EntropyBalanceAttribute(0.1)),
    };

    public static TheoryData<string> Names => [.. GoldenCase.All().Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reproduces_the_reference_case(string name)
    {
        var golden = GoldenCase.Load(name);
        var output = DenseOracle.Run(Declarations[name], new OracleParameters(golden.Parameters), golden.Input);
        golden.AssertReproducedBy(output, 1e-12);
    }

    [Fact]
    public void Every_reference_case_has_a_declaration() =>
        Assert.Equal(GoldenCase.All().Select(golden => golden.Name).ToHashSet(), Declarations.Keys.ToHashSet());
}
