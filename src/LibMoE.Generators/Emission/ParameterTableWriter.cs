using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the parameter table: every parameter's name, shape and start.</summary>
internal static class ParameterTableWriter
{
    /// <summary>Writes the method that makes the table for a shape.</summary>
    public static void Write(EmissionPlan plan, IndentedWriter writer)
    {
        writer.Line();
        var widths = (plan.HasDim ? new[] { ("D", "shape.Dim") } : []).Concat(plan.Experts.ModelWidths())
            .Concat(plan.Gate.ModelWidths(plan.Layer)).ToList();
        if (widths.Count == 0)
        {
            writer.Line("private static IReadOnlyList<ParameterSpec> ParameterTable(MoeShape shape) =>");
            WriteRows(plan, writer);
            return;
        }

        using (writer.Block("private static IReadOnlyList<ParameterSpec> ParameterTable(MoeShape shape)"))
        {
            var names = string.Join(", ", widths.Select(width => width.Item1));
            var sources = string.Join(", ", widths.Select(width => width.Item2));
            writer.Line(widths.Count == 1 ? $"var {names} = {sources};" : $"var ({names}) = ({sources});");
            writer.Line("return");
            WriteRows(plan, writer);
        }
    }

    private static void WriteRows(EmissionPlan plan, IndentedWriter writer)
    {
        writer.Line("[");
        foreach (var row in Rows(plan))
        {
            writer.Line("    " + row);
        }

        writer.Line("];");
    }

    private static IEnumerable<string> Rows(EmissionPlan plan) =>
    [
        .. plan.Gate.CustomSpecs(plan.Layer).Select(specs => $".. {specs},"),
        .. plan.Parameters().Select(row => row.ToSource()),
        .. plan.Experts.Custom.Select(group => $".. {group.Specs},"),
    ];
}
