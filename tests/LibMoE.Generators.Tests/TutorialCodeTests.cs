using System.Text.RegularExpressions;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

/// <summary>The code of the walks is compiled as it stands, and what it proves is run.</summary>
public partial class TutorialCodeTests
{
    [Fact]
    public void The_gate_of_the_walk_is_declared_without_a_finding_and_its_proofs_hold()
    {
        var page = File.ReadAllText(Repository.Path("docs", "tutorials", "own-gate.md")).ReplaceLineEndings("\n");
        var blocks = Blocks().Matches(page).Select(block => block.Groups[1].Value).ToList();
        var usings = blocks.SelectMany(Lines).Where(IsUsing).Distinct();
        var code = blocks.SelectMany(Lines).Where(line => !IsUsing(line));
        string[] implicitly = ["using System;", "using System.Linq;", "using LibMoE;", "using LibMoE.Runtime;"];
        var source = string.Join('\n', [.. implicitly, .. usings, "namespace Demo;", .. code]);

        var run = GeneratorRun.Of(source).AssertReportsNothing();
        var proofs = Layers.Load(run).GetType("Demo.Proof")!.GetMethods().Where(method => method.IsStatic).ToList();

        Assert.Equal(2, proofs.Count);
        Assert.All(proofs, method => method.Invoke(null, null));
    }

    private static string[] Lines(string block) => block.Split('\n');

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';');

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
