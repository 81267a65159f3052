using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the forward pass of soft slots: no picks, no counts, every expert on its own slots.</summary>
internal sealed class SoftSlotsForwardWriter : ForwardWriter
{
    /// <inheritdoc />
    public override void Write(EmissionPlan plan, IndentedWriter writer)
    {
        writer.Line("/// <inheritdoc />");
        using (writer.Block("public override MoeOutput forward(Tensor x, MoeContext context)"))
        {
            WriteStart(writer);
            plan.Gate.WriteRouting(plan.Layer, writer, plan.NeedsScores);
            writer.Line();
            writer.Line("// Experts: slot rows in the order of the experts, as many for each.");
            writer.Line("var rows_ND = SoftSlots.Gather(logits_TE, tokens, E);");
            writer.Line("var perExpert = rows_ND.shape[0] / E;");
            var groups = plan.Experts.FeedForward.Select(group => (group.First, group.Model.Count, Call: (Func<string, string>)(rows => group.Rows(rows, $"SoftSlots.Counts({group.Model.Count}, perExpert)"))))
                .Concat(plan.Experts.Custom.Select(group => (group.First, group.Model.Count, Call: (Func<string, string>)(rows => $"{group.Field}.Rows({rows})"))))
                .OrderBy(group => group.First)
                .ToList();
            var calls = groups.Select(group => groups.Count == 1
                ? group.Call("rows_ND")
                : group.Call($"rows_ND.narrow(0, {group.First} * perExpert, {group.Count} * perExpert)")).ToList();
            writer.Line(calls.Count == 1 ? $"var outputs_ND = {calls[0]};" : $"var outputs_ND = cat([{string.Join(", ", calls)}], 0);");
            writer.Line("var y_TD = SoftSlots.Scatter(weights_TK, outputs_ND, tokens, E);");
            if (plan.Layer.Shared is { } shared)
            {
                writer.Line($"y_TD = MoeOutput.Sum(y_TD, {SharedGroup.Expression(shared)});");
            }

            writer.Line();
            WriteLosses(plan, writer);
            WriteReturn(plan, writer, experts: null, counts: null);
        }
    }
}
