using CsCheck;
using LibMoE.Generators.Analyzers;
using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Tests.Diagnostics;

/// <summary>MOE110: numbers whose Scalar may be freed while libtorch reads it.</summary>
public class ScalarLifetimeTests
{
    [Theory]
    [InlineData("x * 2.0")]
    [InlineData("2 - x")]
    [InlineData("x / 3f")]
    [InlineData("x % 3")]
    [InlineData("x + y")]
    [InlineData("x += y")]
    [InlineData("x *= 2")]
    [InlineData("x.add(y)")]
    [InlineData("x.add_(y)")]
    [InlineData("torch.add(x, y)")]
    [InlineData("x.square()")]
    [InlineData("torch.nn.functional.softplus(x)")]
    [InlineData("torch.nn.functional.leaky_relu(x, 0.1)")]
    [InlineData("torch.linalg.vector_norm(x, 2)")]
    [InlineData("x.ToSingle()")]
    [InlineData("(double)x")]
    public async Task What_TorchSharp_wraps_inside_itself_is_reported(string code) =>
        Assert.Equal([code], await Reported($"var value = {code};"));

    [Theory]
    [InlineData("x > 0", "0")]
    [InlineData("x.clamp(-1, 1)", "-1", "1")]
    [InlineData("x.masked_fill(y, double.NegativeInfinity)", "double.NegativeInfinity")]
    [InlineData("x.pow(2)", "2")]
    [InlineData("x.fill_(0.5)", "0.5")]
    [InlineData("torch.full(new long[] { 2 }, 1.5)", "1.5")]
    [InlineData("torch.where(y, x, x.fill_(1f))", "1f")]
    [InlineData("x.mul(0.5.ToScalar())", "0.5.ToScalar()")]
    [InlineData("x.mul(y.ToScalar())", "y.ToScalar()")]
    public async Task A_number_that_becomes_a_scalar_in_the_call_is_reported(string code, params string[] at) =>
        Assert.Equal(at, await Reported($"var value = {code};"));

    [Fact]
    public async Task A_scalar_in_a_plain_variable_is_reported_as_nothing_keeps_it_after_its_last_use() =>
        Assert.Equal(["0.5.ToScalar()"], await Reported("var half = 0.5.ToScalar(); x.mul(half);"));

    [Theory]
    [InlineData("x * y - x / y;")]
    [InlineData("x.Times(0.5).Plus(y).Over(2).OneMinus();")]
    [InlineData("x.ge(Scalars.Zero).masked_fill(y, Scalars.MinusOne);")]
    [InlineData("x.mul(Half) + torch.zeros(1);", "x.mul(Half) + torch.zeros(1)")]
    [InlineData("0; using var half = 0.5.ToScalar(); x.mul(half);")]
    [InlineData("0; using (var half = 0.5.ToScalar()) { x.mul(half); }")]
    [InlineData("0; using Scalar half = 0.5; x.mul(half);")]
    public async Task A_scalar_that_lives_over_the_call_is_not(string code, params string[] at) =>
        Assert.Equal(at, await Reported($"var value = {code}"));

    [Fact]
    public async Task Two_hundred_layers_of_every_kind_are_emitted_without_one()
    {
        var declarations = new List<string>();
        ValidDeclarations.Attributes.Array[200].Sample(declarations.AddRange, seed: "0003qxzz1Hl1", iter: 1, threads: 1);
        var layers = declarations.Select((attributes, i) => $"[MoeLayer, {attributes}] public sealed partial class Layer{i};");
        var run = GeneratorRun.Of(TestSource.Of(string.Join('\n', layers) + Custom)).AssertReportsNothing();

        Assert.Contains("Own.Loss(", run.File("Demo.Owned"), StringComparison.Ordinal);
        Assert.Empty((await Found(run)).Select(found => $"{found.Location.SourceTree!.FilePath}: {found.GetMessage(null)}"));
    }

    /// <summary>A term of a user's own, whose coefficient the emitted code multiplies by.</summary>
    private const string Custom =
        """

        public sealed class Own(double coefficient) : BalanceAttribute<Own>(coefficient), IBalanceTerm<Own>
        {
            public static TorchSharp.torch.Tensor Loss(BalanceInputs inputs, Own options) => inputs.Scores_TE.mean();
        }

        [MoeLayer, SharedExperts<SwiGlu>(2, Scale = 0.5), Experts<SwiGlu>(4), SoftmaxGate, Own(0.25)] public sealed partial class Owned;
        """;

    private static async Task<IEnumerable<string>> Reported(string statements)
    {
        var source =
            $$"""
            using LibMoE.Runtime;
            using TorchSharp;
            public static class Sample
            {
                private static readonly Scalar Half = 0.5.ToScalar();
                public static void Run(torch.Tensor x, torch.Tensor y)
                {
                    {{statements}}
                }
            }
            """;
        var run = GeneratorRun.Of(source);
        Assert.Empty(run.CompilerErrors);
        return (await Found(run)).OrderBy(found => found.Location.SourceSpan.Start)
            .Select(found => found.Location.SourceTree!.GetText().ToString(found.Location.SourceSpan));
    }

    private static async Task<IEnumerable<Diagnostic>> Found(GeneratorRun run)
    {
        var found = await run.Output.WithAnalyzers([new ScalarLifetimeAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.All(found, diagnostic => Assert.Equal("MOE110", diagnostic.Id));
        return found;
    }
}
