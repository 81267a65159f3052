using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Docs;

public sealed partial class UseInYourModelTests
{
    [Fact]
    public void The_program_of_the_page_learns_its_points()
    {
        using var scope = NewDisposeScope();
        var (console, output) = (Console.Out, new StringWriter());
        Console.SetOut(output);
        try
        {
            PointProgram.Run();
        }
        finally
        {
            Console.SetOut(console);
        }

        var right = int.Parse(RightPoints().Match(output.ToString()).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(right, 495, 500);
    }

    [Fact]
    public void The_page_shows_the_program_that_was_run()
    {
        var program = Lines(File.ReadAllText(BesideThisFile("UseInYourModel.cs")));
        var page = File.ReadAllText(BesideThisFile("../../../docs/use-in-your-model.md")).ReplaceLineEndings("\n");
        var blocks = CodeBlock().Matches(page).Select(block => Lines(block.Groups[1].Value)).ToList();

        Assert.Equal(2, blocks.Count);
        Assert.All(blocks, block => Assert.Contains(block, program, StringComparison.Ordinal));
    }

    [Fact]
    public void The_loop_of_the_page_is_about_fifteen_lines()
    {
        var program = File.ReadAllLines(BesideThisFile("UseInYourModel.cs"));
        var from = Array.FindIndex(program, line => line.Contains("var model", StringComparison.Ordinal));
        var to = Array.FindIndex(program, line => line.Contains("Console.WriteLine", StringComparison.Ordinal));

        Assert.InRange(to - from + 1, 10, 16);
    }

    /// <summary>The text without indentation, so that a block can stand inside a method.</summary>
    private static string Lines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())).Trim();

    private static string BesideThisFile(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, name);

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"(\d+) of 500 points are right")]
    private static partial Regex RightPoints();
}
