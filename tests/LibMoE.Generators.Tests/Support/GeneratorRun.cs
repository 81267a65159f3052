using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Tests.Support;

/// <summary>
/// One run of the generator over a few sources. Every run is repeated on a copy of the compilation, and fails where the second time is not
/// answered from the cache, or where a step keeps a compilation alive.
/// </summary>
internal sealed class GeneratorRun
{
    private static readonly string[] Steps =
        [.. typeof(TrackingNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!)];

    private readonly List<Diagnostic> _diagnostics;
    private bool _isAsserted;

    private GeneratorRun(CSharpCompilation input, GeneratorDriver driver)
    {
        Input = input;
        Driver = driver.RunGeneratorsAndUpdateCompilation(input, out var output, out _);
        Output = output;
        Result = Driver.GetRunResult().Results.Single();
        Assert.Null(Result.Exception);
        _diagnostics = [.. Result.Diagnostics];
    }

    /// <summary>The compilation before the generator.</summary>
    public CSharpCompilation Input { get; }

    /// <summary>The compilation with the generated files.</summary>
    public Compilation Output { get; }

    /// <summary>What the generator made.</summary>
    public GeneratorRunResult Result { get; }

    /// <summary>The driver after the run, for a further one.</summary>
    public GeneratorDriver Driver { get; }

    /// <summary>The ids that the generator reported.</summary>
    public IEnumerable<string> Ids => _diagnostics.Select(diagnostic => diagnostic.Id);

    /// <summary>Errors and warnings of the compiler, in the sources and in the generated files.</summary>
    public IEnumerable<Diagnostic> CompilerFindings => Output.GetDiagnostics().Where(diagnostic =>
        diagnostic.Severity == DiagnosticSeverity.Error || (diagnostic.Severity == DiagnosticSeverity.Warning && IsGenerated(diagnostic)));

    /// <summary>The errors among them.</summary>
    public IEnumerable<Diagnostic> CompilerErrors => CompilerFindings.Where(finding => finding.Severity == DiagnosticSeverity.Error);

    /// <summary>Runs the generator over the sources of an assembly.</summary>
    public static GeneratorRun Of(params string[] sources) => Of(Compile(References.All, sources));

    /// <summary>Runs the generator over a compilation.</summary>
    public static GeneratorRun Of(CSharpCompilation compilation)
    {
        var options = new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true);
        var run = new GeneratorRun(compilation, CSharpGeneratorDriver.Create(
            [new MoeLayerGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options,
            driverOptions: options));
        run.AssertKeepsNoCompilation();
        run.Again(compilation.Clone()).AssertCached();
        return run;
    }

    /// <summary>A compilation of a few sources, <c>Source0.cs</c> and so on.</summary>
    public static CSharpCompilation Compile(CSharpCompilation references, params string[] sources) =>
        references.AddSyntaxTrees([.. sources.Select((source, i) => Parse(source, $"Source{i}.cs"))]);

    /// <summary>The same, in a version of C#.</summary>
    public static CSharpCompilation Compile(LanguageVersion language, CSharpCompilation references, params string[] sources) =>
        references.AddSyntaxTrees([.. sources.Select((source, i) => Parse(source, $"Source{i}.cs", language))]);

    /// <summary>A source file.</summary>
    public static SyntaxTree Parse(string source, string path, LanguageVersion language = LanguageVersion.Preview) =>
        CSharpSyntaxTree.ParseText(
            source, CSharpParseOptions.Default.WithLanguageVersion(language).WithDocumentationMode(DocumentationMode.Diagnose), path);

    /// <summary>Runs the same driver over another compilation.</summary>
    public GeneratorRun Again(Compilation compilation) => new((CSharpCompilation)compilation, Driver);

    /// <summary>A generated file by its hint name without <c>.g.cs</c>. Fails where something was reported that the test
    /// has not asserted.</summary>
    public string File(string name)
    {
        if (!_isAsserted)
        {
            AssertReportsNothing();
        }

        var file = Result.GeneratedSources.SingleOrDefault(source => source.HintName == name + ".g.cs");
        Assert.True(file.SourceText is not null,
            $"There is no {name}.g.cs among {string.Join(", ", Result.GeneratedSources.Select(source => source.HintName))}.");
        return file.SourceText.ToString();
    }

    /// <summary>Fails where the generator reported anything, or the result does not compile without warnings.</summary>
    public GeneratorRun AssertReportsNothing() => AssertReports();

    /// <summary>Fails unless exactly these diagnostics were reported, each on that text, and the compiler has nothing to add.</summary>
    public GeneratorRun AssertReports(params (string Id, string At)[] expected)
    {
        AssertReportsBesideCompilerErrors(expected);
        Assert.Empty(CompilerFindings);
        return this;
    }

    /// <summary>The same, where the compiler has errors of its own.</summary>
    public GeneratorRun AssertReportsBesideCompilerErrors(params (string Id, string At)[] expected)
    {
        _isAsserted = true;
        Assert.Equal(
            expected.OrderBy(item => item.Id, StringComparer.Ordinal).Select(item => $"{item.Id} on {item.At}"),
            _diagnostics.OrderBy(diagnostic => diagnostic.Id, StringComparer.Ordinal)
                .Select(diagnostic => $"{diagnostic.Id} on {Text(diagnostic.Location)}"));
        return this;
    }

    /// <summary>The message of the only diagnostic.</summary>
    public string Message() => Assert.Single(Messages());

    /// <summary>The messages of all diagnostics.</summary>
    public IEnumerable<string> Messages() => _diagnostics.Select(diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture));

    /// <summary>Fails where an output was made again.</summary>
    public void AssertCached() => Assert.All(
        Outputs(), output => Assert.Contains(output, new[] { IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged }));

    /// <summary>Why each output of the generator was made or not.</summary>
    public IEnumerable<IncrementalStepRunReason> Outputs() =>
        Result.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(step => step.Outputs).Select(output => output.Reason);

    /// <summary>Why each output that emits a file was made or not; its value is a pair of files and diagnostics.</summary>
    public IEnumerable<IncrementalStepRunReason> SourceOutputs() =>
        Result.TrackedOutputSteps.Values.SelectMany(steps => steps).SelectMany(step => step.Outputs)
            .Where(output => output.Value is ITuple { Length: 2 } pair && pair[0] is IEnumerable files && files.Cast<object>().Any())
            .Select(output => output.Reason);

    /// <summary>Why each result of a step was made or not.</summary>
    public IEnumerable<IncrementalStepRunReason> Step(string name) => !Result.TrackedSteps.TryGetValue(name, out var steps)
        ? []
        : steps.SelectMany(step => step.Outputs).Select(output => output.Reason);

    private void AssertKeepsNoCompilation()
    {
        foreach (var name in Steps.Where(Result.TrackedSteps.ContainsKey))
        {
            foreach (var output in Result.TrackedSteps[name].SelectMany(step => step.Outputs))
            {
                ObjectGraph.AssertHoldsNoCompilation(output.Value, name);
            }
        }
    }

    private string Text(Location location)
    {
        var tree = Input.SyntaxTrees.Single(tree => tree.FilePath == location.GetLineSpan().Path);
        return tree.GetText().ToString(location.SourceSpan);
    }

    private bool IsGenerated(Diagnostic diagnostic) => diagnostic.Location.SourceTree is { } tree && !Input.SyntaxTrees.Contains(tree);
}
