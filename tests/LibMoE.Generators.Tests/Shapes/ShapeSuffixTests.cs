namespace LibMoE.Generators.Tests.Shapes;

/// <summary>Names in generated code end in the shapes of their tensors, and the legend explains every letter.</summary>
public class ShapeSuffixTests
{
    public static TheoryData<string> Snapshots() => [.. EmittedLayer.Snapshots().Select(layer => layer.Name)];

    [Theory]
    [MemberData(nameof(Snapshots))]
    public void A_fields_letters_are_the_dims_of_its_row_in_the_parameter_table(string snapshot) => Assert.Empty(WrongFields(Of(snapshot)));

    [Theory]
    [MemberData(nameof(Snapshots))]
    public void The_legend_explains_the_letters_of_all_names_and_no_others(string snapshot) => Assert.Empty(WrongLegend(Of(snapshot)));

    [Theory]
    [MemberData(nameof(Snapshots))]
    public void Every_field_and_local_of_a_running_layer_has_the_shape_that_its_name_says(string snapshot)
    {
        var seen = ProbedLayer.Run(Of(snapshot));

        Assert.Contains("y_TD", seen.Select(tensor => tensor.Name));
        Assert.Empty(WrongTensors(seen));
    }

    [Fact]
    public void Every_parameter_in_the_table_has_a_field() => Assert.All(
        EmittedLayer.Snapshots(), layer => Assert.Empty(layer.Table.Select(row => row.Name).Except(layer.Fields.Keys)));

    [Theory]
    [InlineData("Softmax", "gateUp_FDW", "gateUp_FDH")]
    [InlineData("Softmax", "router_ED", "router_FD")]
    [InlineData("Softmax", "down_FHD", "down_FH")]
    [InlineData("Shared", "sharedGateUp_DW", "sharedGateUp_DH")]
    [InlineData("Hyper", "hyperIn_BM", "hyperIn_MB")]
    [InlineData("MixedExperts", "upBias0_FH", "upBias0_FW")]
    [InlineData("MixedExperts", "gateUp1_FDW", "gateUp0_FDW")]
    public void A_wrong_letter_of_a_field_is_found(string snapshot, string right, string wrong) =>
        Assert.NotEmpty(WrongFields(Mutant(Of(snapshot), right, wrong)));

    [Theory]
    [InlineData("Ternary", "scores_TQ", "scores_TE")]
    [InlineData("SoftSlots", "weights_TP", "weights_TK")]
    [InlineData("NoisyTopK", "std_TE", "std_TD")]
    [InlineData("MixedExperts", "outputs_TKD", "outputs_TKE")]
    [InlineData("GroupsAndBias", "counts_E", "counts_K")]
    public void A_wrong_letter_of_a_local_is_found(string snapshot, string right, string wrong) =>
        Assert.NotEmpty(WrongTensors(ProbedLayer.Run(Mutant(Of(snapshot), right, wrong))));

    [Theory]
    [InlineData("//   W  ", "//   X  ")]
    [InlineData("//   H  ", "//      ")]
    [InlineData("logits_TE", "logits_TV")]
    public void A_letter_without_a_legend_is_found(string right, string wrong) =>
        Assert.NotEmpty(WrongLegend(Mutant(Of("Softmax"), right, wrong)));

    private static EmittedLayer Of(string snapshot) => EmittedLayer.Snapshots().Single(layer => layer.Name == snapshot);

    private static EmittedLayer Mutant(EmittedLayer layer, string right, string wrong)
    {
        Assert.Contains(right, layer.Text, StringComparison.Ordinal);
        return new EmittedLayer(layer.Name, layer.Text.Replace(right, wrong, StringComparison.Ordinal), layer.DeclarationText);
    }

    private static IEnumerable<string> WrongFields(EmittedLayer layer)
    {
        foreach (var (name, dims) in layer.Table)
        {
            var field = layer.Fields[name];
            var letters = EmittedLayer.Suffix(field);
            if (letters is null || !letters.Select(letter => layer.Written(field, letter)).SequenceEqual(dims))
            {
                yield return $"{field} is [{string.Join(", ", dims)}].";
            }
        }
    }

    private static IEnumerable<char> WrongLegend(EmittedLayer layer) =>
        layer.Letters.Except(layer.Legend).Concat(layer.Legend.Except(layer.Letters));

    private static IEnumerable<string> WrongTensors(IEnumerable<ProbedTensor> seen) => seen
        .Where(tensor => !tensor.Shape.SequenceEqual(tensor.Expected))
        .Select(tensor => $"{tensor.Name} is [{string.Join(", ", tensor.Shape)}], not [{string.Join(", ", tensor.Expected)}].");
}
