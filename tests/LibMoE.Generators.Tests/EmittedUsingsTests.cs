using CsCheck;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

public class EmittedUsingsTests
{
    private const int Layers = 60;
    private const string Seed = "0003qxzz1Hl1";

    /// <summary>CS8019, which the compiler reports as hidden.</summary>
    [Fact]
    public void Generated_files_have_no_using_that_they_do_not_use() => ValidDeclarations.Attributes.Array[Layers].Sample(
        declarations =>
        {
            var layers = declarations.Append("Experts<Mine.Scaled>(4), Mine.TemperedGate(0.5), Mine.Spread(0.1)")
                .Select((attributes, i) => $"[MoeLayer, {attributes}] public sealed partial class Layer{i};");
            var run = GeneratorRun.Of(TestSource.Of(string.Join('\n', layers)), CustomSource.Parts).AssertReportsNothing();

            Assert.Empty(run.Output.GetDiagnostics()
                .Where(finding => finding.Id == "CS8019")
                .Where(finding => finding.Location.SourceTree!.FilePath.Contains("Demo.", StringComparison.Ordinal))
                .Select(finding => finding.ToString()));
        },
        seed: Seed,
        iter: 1,
        threads: 1);
}
