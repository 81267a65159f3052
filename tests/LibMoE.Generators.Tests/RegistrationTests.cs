using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Tests;

/// <summary>What is registered compiles beside other assemblies with layers, and with layers that the compiler warns of.</summary>
public class RegistrationTests
{
    private const string Add =
        "public static object Add(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => services.AddMoeVariants();";

    [Fact]
    public void An_assembly_that_sees_the_internals_of_another_one_with_layers_means_its_own()
    {
        var library = Library("Lib", "App");
        var app = GeneratorRun.Compile(
            References.All.AddReferences(library),
            TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate", name: "Own"),
            $"using LibMoE.Runtime; namespace Demo.Inner {{ public static class Scoped {{ {Add} }} }}",
            $"using LibMoE.Runtime; public static class Unscoped {{ {Add} }}",
            $"global using LibMoE.Runtime; namespace Other; public static class FileScoped {{ {Add} }}").WithAssemblyName("App");

        var run = GeneratorRun.Of(app).AssertReportsNothing();

        foreach (var tree in run.Input.SyntaxTrees.Skip(1))
        {
            var model = run.Output.GetSemanticModel(tree);
            var call = tree.GetRoot().DescendantNodes().OfType<Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax>().Single();
            Assert.Equal("App", model.GetSymbolInfo(call).Symbol!.ContainingAssembly.Name);
        }

        Assert.Contains(
            "LibMoE.Runtime.AppVariantServices.AddMoeVariants(services);", run.File("LibMoE-OwnVariants"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_generator_does_not_run_the_compiler_says_so_in_one_error()
    {
        var app = GeneratorRun.Compile(References.All, $"using LibMoE.Runtime; public static class Program {{ {Add} }}");

        var error = Assert.Single(app.GetDiagnostics(), found => found.Severity == DiagnosticSeverity.Error);
        Assert.Equal("CS0619", error.Id);
        Assert.Contains("Nothing was generated in this project", error.GetMessage(null), StringComparison.Ordinal);
        Assert.Contains("OutputItemType=\"Analyzer\"", error.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_that_sees_no_internals_gets_no_second_file()
    {
        var app = GeneratorRun.Compile(
            References.All.AddReferences(Library("Lib", "Elsewhere")), TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate", name: "Own"))
            .WithAssemblyName("App");

        Assert.Equal(3, GeneratorRun.Of(app).AssertReportsNothing().Result.GeneratedSources.Length);
    }

    [Theory]
    [InlineData("App", "AppVariants")]
    [InlineData("VisionLanguage", "VisionLanguageDeclaredVariants")]
    [InlineData("Shelf", "ShelfDeclaredVariants", true)]
    public void A_list_whose_name_a_type_of_the_runtime_has_is_called_otherwise(string assembly, string list, bool taken = false)
    {
        var references = References.All;
        if (taken)
        {
            references = references.AddReferences(GeneratorRun.Compile(
                References.All, $"namespace LibMoE.Runtime; public sealed class {assembly}Variants;").WithAssemblyName("Other")
                .ToMetadataReference());
        }

        var app = GeneratorRun.Compile(
            references,
            TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate", name: "Own"),
            $"using LibMoE.Runtime; public static class Use {{ public static int Count => {list}.All.Count; }}").WithAssemblyName(assembly);

        GeneratorRun.Of(app).AssertReportsNothing();
    }

    [Fact]
    public void Experimental_layers_parts_and_outer_types_are_named_without_another_warning()
    {
        const string Source =
            """
            using System.Diagnostics.CodeAnalysis;
            using LibMoE;
            using LibMoE.Runtime;
            using static TorchSharp.torch;

            #pragma warning disable X1, X2, X3, X4, X5, X6
            namespace Demo;

            [Experimental("X1"), MoeLayer, Experts<SwiGlu>(4), SoftmaxGate] public sealed partial class Whole;

            [Experimental("X2")] public partial class Outer { [MoeLayer, Experts<SwiGlu>(4), SoftmaxGate] public sealed partial class Inner; }

            [Experimental("X3")] public sealed class Twice(ExpertPlace place) : nn.Module<Tensor, Tensor>(place.Prefix), IExpertKind<Twice>
            {
                public static Twice Create(ExpertPlace place) => new(place);
                public override Tensor forward(Tensor x) => x * 2;
            }

            [Experimental("X4")] public enum Slope { Flat, Steep }

            [System.AttributeUsage(System.AttributeTargets.Class)]
            public sealed class LevelAttribute(double coefficient) : BalanceAttribute<Level>(coefficient)
            {
                [Experimental("X5"), System.ComponentModel.DefaultValue(Slope.Flat)] public Slope Slope { get; init; }
            }

            public sealed class Level : IBalanceTerm<LevelAttribute>
            {
                public static Tensor Loss(BalanceInputs inputs, LevelAttribute options) => inputs.Scores_TE.mean();
            }

            [MoeLayer, Experts<Twice>(4), SoftmaxGate, Level(0.1, Slope = Slope.Steep)] public sealed partial class OfParts;

            [System.Obsolete("old", DiagnosticId = "X6"), MoeLayer, Experts<SwiGlu>(4), SoftmaxGate, Vary("TopK", 1)] public sealed partial class Old;
            """;

        var run = GeneratorRun.Of(Source).AssertReportsNothing();

        Assert.Contains("#pragma warning disable CS0612, CS0618, X1, X2, X6 // a layer may be obsolete", run.File("LibMoE-Variants"),
            StringComparison.Ordinal);
        Assert.Contains("#pragma warning disable X3, X4, X5 // of the types", run.File("Demo.OfParts"), StringComparison.Ordinal);
        Assert.DoesNotContain("X1", run.File("Demo.OfParts"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_of_an_experimental_library_of_parts_compiles()
    {
        var source = CustomSource.Parts.Replace(
            "namespace Mine;", "[assembly: System.Diagnostics.CodeAnalysis.Experimental(\"X9\")]\n\nnamespace Mine;",
            StringComparison.Ordinal);
        var reference = GeneratorRun.Compile(References.All, source).WithAssemblyName("PartsLibrary").ToMetadataReference();
        var app = GeneratorRun.Compile(
            References.All.AddReferences(reference),
            "#pragma warning disable X9\nusing LibMoE; using Mine; namespace Demo { [MoeLayer, Experts<Scaled>(4), TemperedGate(2), "
                + "Spread(0.1)] internal sealed partial class Smoe; }");

        GeneratorRun.Of(app).AssertReportsNothing();
    }

    private static CompilationReference Library(string name, string friend)
    {
        var source = TestSource.Layer("Experts<SwiGlu>(4), SoftmaxGate", name: "Other")
            .Replace(
                "namespace Demo;", $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend}\")]\n\nnamespace {name}s;",
                StringComparison.Ordinal);
        var run = GeneratorRun.Of(GeneratorRun.Compile(References.All, source).WithAssemblyName(name)).AssertReportsNothing();
        return (CompilationReference)run.Output.ToMetadataReference();
    }
}
