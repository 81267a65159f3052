using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>The program that a newcomer reads first.</summary>
public sealed partial class QuickstartSourceTests
{
    private static readonly string[] Program = File.ReadAllLines(Repository.PathOf("examples", "Quickstart", "Program.cs"));

    [Fact]
    public void The_program_fits_one_screen() => Assert.InRange(Program.Length, 1, 40);

    [Fact]
    public void The_project_file_needs_nothing_of_its_own() =>
        Assert.InRange(File.ReadAllLines(Repository.PathOf("examples", "Quickstart", "Quickstart.csproj")).Length, 1, 5);

    [Fact]
    public void Every_line_of_the_readmes_sample_is_a_line_of_the_program()
    {
        var sample = CodeBlock().Matches(File.ReadAllText(Repository.PathOf("README.md")).ReplaceLineEndings("\n"))
            .Select(block => block.Groups[1].Value)
            .Single(block => block.Contains("[MoeLayer", StringComparison.Ordinal));

        Assert.Subset(Code(Program).ToHashSet(), Code(sample.Split('\n')).ToHashSet());
    }

    /// <summary>Lines without comments and without what is only space.</summary>
    private static IEnumerable<string> Code(IEnumerable<string> lines) =>
        lines.Select(line => line.Split("//")[0].Trim()).Where(line => line.Length > 0);

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
