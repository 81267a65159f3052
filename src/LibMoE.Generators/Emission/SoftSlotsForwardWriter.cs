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
            var names = plan.Gate.Names;
            plan.Gate.WriteRouting(plan.Layer, writer, plan.NeedsScores);
            WriteLazyScores(plan, writer);
            writer.Line();
            writer.Line("// Experts: slot rows in the order of the experts, as many for each.");
            writer.Line($"var rows_ND = SoftSlots.Gather({names.Logits}, tokens, E);");
            writer.Line("var perExpert = rows_ND.shape[0] / E;");
            var calls = Calls(plan.Experts).ToList();
            writer.Line(calls.Count == 1 ? $"var outputs_ND = {calls[0]};" : $"var outputs_ND = cat([{string.Join(", ", calls)}], 0);");
            writer.Line($"var y_TD = SoftSlots.Scatter({names.Weights}, outputs_ND, tokens, E);");
            if (plan.Experts.Shared is { } shared)
            {
                foreach (var line in shared.Statements())
                {
                    writer.Line(line);
                }
            }

            writer.Line();
            WriteLosses(plan, writer);
            WriteReturn(plan, writer, experts: null, counts: null);
        }
    }

    /// <summary>The call of each group in slot order.</summary>
    private static IEnumerable<string> Calls(ExpertLayout experts)
    {
        var groups = experts.FeedForward
            .Select(group => (group.Slots, Call: (Func<string, string>)(rows => group.Rows(rows, "perExpert"))))
            .Concat(experts.Custom.Select(group => (group.Slots, Call: (Func<string, string>)(rows => $"{group.Field}.Rows({rows})"))))
            .OrderBy(group => group.Slots.Index)
            .ToList();
        return groups.Select(group => groups.Count == 1
            ? group.Call("rows_ND")
            : group.Call($"rows_ND.narrow(0, ({group.Slots.First}) * perExpert, {group.Slots.Count} * perExpert)"));
    }
}
