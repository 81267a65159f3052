using LibMoE.Generators.Tests.Support;
namespace LibMoE.Generators.Tests;
public class SmokeTests
{
    [Fact] public void A() { var r = GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.01), Vary(\"TopK\", 2, 4)")); Console.WriteLine(r.File("Demo.Smoe_TopK4")); }
    [Fact] public void B() { GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate(TopK = 6)")).MustReport(("MOE030", "TopK = 6")); }
}
