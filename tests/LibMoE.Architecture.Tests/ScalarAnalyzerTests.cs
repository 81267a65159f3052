using System.Xml.Linq;

namespace LibMoE.Architecture.Tests;

/// <summary>MOE110, which finds numbers that libtorch may read after they were freed, is an error in src only where a project has the
/// analyzer.</summary>
public sealed class ScalarAnalyzerTests
{
    [Fact]
    public void Every_project_whose_code_computes_with_tensors_has_the_analyzer()
    {
        var computing = Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => !project.Contains("templates", StringComparison.Ordinal) && Computes(Path.GetDirectoryName(project)!))
            .ToList();

        Assert.Contains(computing, project => project.EndsWith("LibMoE.Federated.csproj", StringComparison.Ordinal));
        Assert.Empty(computing.Where(project => !HasAnalyzer(project)).Select(Path.GetFileName));
    }

    private static bool Computes(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split('/', '\\').Any(part => part is "bin" or "obj" or "templates"))
        .Any(file => File.ReadLines(file).Any(line => line is "using TorchSharp;" or "using static TorchSharp.torch;"));

    private static bool HasAnalyzer(string project) => XDocument.Load(project).Descendants("ProjectReference").Any(reference =>
        (string?)reference.Attribute("OutputItemType") == "Analyzer"
        && ((string?)reference.Attribute("Include"))!.EndsWith("LibMoE.Generators.csproj", StringComparison.Ordinal));
}
