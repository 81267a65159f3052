using System.Diagnostics;
using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

/// <summary>
/// Projects that must not compile, built as a user builds them. What each line is wrong about stands in a comment on it:
/// <c>// error MOE030</c>.
/// </summary>
public partial class WrongDeclarationTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly Lazy<Task<string>> Output = new(Build);

    [Theory]
    [InlineData("TooManyPicks")]
    [InlineData("NotPartial")]
    [InlineData("ManyMistakes")]
    [InlineData("BesideACompilerError")]
    public async Task A_wrong_declaration_fails_to_compile_with_its_errors_and_no_others(string project)
    {
        var source = await File.ReadAllLinesAsync(Path.Combine(Folder, project, "Layers.cs"));
        var expected = source.SelectMany(
            (line, i) => Comments().Matches(line).Select(match => $"{project} line {i + 1}: {match.Groups[1].Value}"));

        var reported = Errors().Matches(await Output.Value)
            .Where(match => match.Groups["project"].Value == project)
            .Select(match => $"{project} line {match.Groups["line"].Value}: {match.Groups["id"].Value}");

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(StringComparer.Ordinal), reported.Distinct().Order(StringComparer.Ordinal));
    }

    private static string Folder => Repository.Path("tests", "WrongDeclarations");

    /// <summary>
    /// Builds all projects in one go, with the libraries that this test project was built with; the error's file, then its line.
    /// </summary>
    private static async Task<string> Build()
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "build", "WrongDeclarations.slnx", "-c", Configuration, "-p:BuildProjectReferences=false", "--nologo", "-v",
                "quiet", "-tl:off",
            },
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,

            // These projects have no lock files of their own, which CI would insist on.
            Environment = { ["CI"] = "", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        Assert.NotEqual(0, build.ExitCode);
        Assert.True(Errors().IsMatch(output), $"The build failed before it came to the declarations:\n{output}");
        return output;
    }

    [GeneratedRegex(@"// error (\w+)")]
    private static partial Regex Comments();

    [GeneratedRegex(@"(?<project>\w+)[\\/]Layers\.cs\((?<line>\d+),\d+\): error (?<id>\w+):")]
    private static partial Regex Errors();
}
