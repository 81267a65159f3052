using System.Reflection;
using LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;

/// <summary>What is claimed of every row of the table of families is tested for every row of it.</summary>
public sealed class FamilyCoverageTests
{
    private static readonly IReadOnlyList<object[]> Imported = Data(
        typeof(HuggingFaceImportTests), nameof(HuggingFaceImportTests.Every_known_architecture_computes_what_plain_loops_compute));

    private static readonly IReadOnlyList<object[]> DeepSeek = [.. DeepSeekTests.Folders];

    private static readonly IReadOnlyList<object[]> Released = Rows(ReleasedModelTests.All);

    [Fact]
    public void Every_family_is_held_to_plain_loops() =>
        Assert.Equal(Types(_ => true), Sorted(Imported.Concat(DeepSeek).Concat(Released)));

    [Fact]
    public void Every_family_whose_experts_may_stand_in_stacks_is_held_to_them_in_both_forms() => Assert.Equal(
        Types(family => family.Mixture is { Stack.Only: false }),
        Sorted(Imported.Where(row => row.Length > 2 && (bool)row[2]).Concat(DeepSeek.Where(row => (bool)row[2]))
            .Concat(Rows(ReleasedModelTests.Stacked))));

    [Fact]
    public void Every_family_with_blocks_for_several_tokens_is_seen_to_leave_them_out() => Assert.Equal(
        Types(family => family.FurtherBlocks || family.Names.LeftOut is not null),
        Sorted(Data(typeof(ReleasedModelTests), nameof(ReleasedModelTests.Tensors_for_several_tokens_at_once_are_left_out_and_said_to_be))
            .Concat(Data(typeof(DeepSeekTests), nameof(DeepSeekTests.Blocks_for_several_tokens_at_once_are_skipped_by_name_and_said_to_be)))));

    /// <summary>The tests of a model in bfloat16 look at the type of every correction bias.</summary>
    [Fact]
    public void Every_family_with_a_correction_bias_is_seen_to_keep_it_in_float32() => Assert.Equal(
        Types(family => family.Mixture is { ScoreBias.Count: > 0 }),
        Sorted(Released.Where(row => HuggingFaceFamilies.All.Any(
                family => family.ModelType == (string)row[0] && family.Mixture is { ScoreBias.Count: > 0 }))
            .Concat(Data(typeof(DeepSeekTests), nameof(DeepSeekTests.The_bias_that_picks_are_made_with_stays_float32_in_a_model_of_bfloat16)))));

    private static IReadOnlyList<object[]> Rows(IEnumerable<string> families) => [.. families.Select(family => new object[] { family })];

    private static IEnumerable<string> Types(Func<HuggingFaceFamily, bool> which) =>
        HuggingFaceFamilies.All.Where(which).Select(family => family.ModelType).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sorted(IEnumerable<object[]> rows) =>
        rows.Select(row => (string)row[0]).Distinct().Order(StringComparer.Ordinal);

    private static IReadOnlyList<object[]> Data(Type tests, string name)
    {
        var method = tests.GetMethod(name)!;
        return [.. method.GetCustomAttributes<InlineDataAttribute>().SelectMany(row => row.GetData(method))];
    }
}
