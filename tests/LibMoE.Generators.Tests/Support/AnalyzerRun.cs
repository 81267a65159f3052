using System.Collections.Immutable;
using LibMoE.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace LibMoE.Generators.Tests.Support;

/// <summary>Runs all analyzers on a source and what is generated from it.</summary>
internal static class AnalyzerRun
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        .. typeof(AdviceAnalyzer).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Fails unless exactly this advice is given, each on that text.</summary>
    public static async Task AssertAdvice(string source, params (string Id, string At)[] expected)
    {
        var found = await Of(source);

        Assert.Equal(
            expected.OrderBy(item => item.Id, StringComparer.Ordinal).Select(item => $"{item.Id} on {item.At}"),
            found.Where(diagnostic => !diagnostic.IsSuppressed).OrderBy(diagnostic => diagnostic.Id, StringComparer.Ordinal).Select(Text));
    }

    /// <summary>The advice on a source.</summary>
    public static Task<ImmutableArray<Diagnostic>> Of(string source) => Of(GeneratorRun.Of(source));

    /// <summary>The advice on a source and what was generated from it.</summary>
    public static Task<ImmutableArray<Diagnostic>> Of(GeneratorRun run) =>
        run.Output.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync();

    private static string Text(Diagnostic diagnostic) =>
        $"{diagnostic.Id} on {diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan)}";
}
