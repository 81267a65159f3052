using LibMoE.Generators.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using static Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace LibMoE.Generators.Tests;

/// <summary>What an edit makes the generator do again. That nothing changes without an edit is part of every run.</summary>
public class IncrementalityTests
{
    private const string Right = "Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)";
    private const string Wrong = "Experts<SwiGlu>(4), SoftmaxGate(TopK = 6)";

    [Fact]
    public void An_edit_in_another_file_emits_nothing_again()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right), "class Other { int Old() => 1; }");

        before.Again(Replace(before.Input, 1, "class Other { int New() => 2; } class More;")).AssertCached();
    }

    [Fact]
    public void A_new_file_emits_nothing_again()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right));

        before.Again(before.Input.AddSyntaxTrees(GeneratorRun.Parse("class More;", "More.cs"))).AssertCached();
    }

    [Fact]
    public void A_comment_above_the_layer_emits_nothing_again()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right));

        before.Again(Replace(before.Input, 0, "// A comment.\n\n" + TestSource.Layer(Right))).AssertCached();
    }

    [Fact]
    public void A_comment_above_a_wrong_layer_moves_the_diagnostic_and_emits_nothing_again()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Wrong));

        var after = before.Again(Replace(before.Input, 0, "// A comment.\n\n" + TestSource.Layer(Wrong)));

        after.AssertReports(("MOE030", "TopK = 6"));
        Assert.Equal([Modified], after.Step(TrackingNames.Diagnostics));
        Assert.All(after.Step(TrackingNames.Skeletons), reason => Assert.Contains(reason, new[] { Unchanged, Cached }));
        Assert.All(after.Step(TrackingNames.Registration), reason => Assert.Contains(reason, new[] { Unchanged, Cached }));
        Assert.Equal(2, after.SourceOutputs().Count());
        Assert.All(after.SourceOutputs(), reason => Assert.Contains(reason, new[] { Unchanged, Cached }));
    }

    [Fact]
    public void Another_TopK_emits_that_layer_again_and_no_other_file()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right), TestSource.Layer(Right, name: "Other"));

        var after = before.Again(
            Replace(before.Input, 0, TestSource.Layer(Right.Replace("TopK = 2", "TopK = 3", StringComparison.Ordinal))));

        Assert.Equal([Modified, Cached], after.Step(TrackingNames.Layers).Order());
        Assert.Equal([Modified, Cached, Cached], after.SourceOutputs().Order());
        Assert.Contains("private const int K = 3;", after.File("Demo.Smoe"), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_namespace_emits_layer_and_list_again_under_new_names()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right));

        var after = before.Again(
            Replace(before.Input, 0, TestSource.Layer(Right).Replace("namespace Demo", "namespace Else", StringComparison.Ordinal)));

        Assert.Equal(
            ["Else.Smoe.Declaration.g.cs", "Else.Smoe.g.cs", "LibMoE-Variants.g.cs"],
            after.Result.GeneratedSources.Select(source => source.HintName).Order());
        Assert.Contains("Of<global::Else.Smoe>()", after.File("LibMoE-Variants"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_becomes_wrong_becomes_a_stand_in_and_back()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right));
        var wrong = before.Again(Replace(before.Input, 0, TestSource.Layer(Wrong)));

        wrong.AssertReports(("MOE030", "TopK = 6"));
        var again = wrong.Again(before.Input);

        Assert.Contains("Stands in", wrong.File("Demo.Smoe"), StringComparison.Ordinal);
        Assert.Equal(before.File("Demo.Smoe"), again.File("Demo.Smoe"));
    }

    [Fact]
    public void Deleting_a_layer_deletes_its_file()
    {
        var before = GeneratorRun.Of(TestSource.Layer(Right), TestSource.Layer(Right, name: "Other"));

        var after = before.Again(Replace(before.Input, 1, "class Nothing;"));

        Assert.Equal(
            ["Demo.Smoe.Declaration.g.cs", "Demo.Smoe.g.cs", "LibMoE-Variants.g.cs"],
            after.Result.GeneratedSources.Select(source => source.HintName).Order());
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, int file, string source)
    {
        var tree = compilation.SyntaxTrees[file];
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(source)));
    }
}
