using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the fields, the constructor and what runs after an optimiser step.</summary>
internal static class MemberWriter
{
    /// <summary>Writes fields and constructor.</summary>
    public static void Write(EmissionPlan plan, IndentedWriter writer)
    {
        var rows = plan.Parameters().ToList();
        var modules = plan.Modules().ToList();
        foreach (var (type, field, name) in rows.Select(row => (row.Type, row.Field, row.Name))
            .Concat(modules.Select(module => (module.Type, module.Field, module.Name))))
        {
            writer.Line($"[ComponentName(Name = {Text.Quote(name)})] private readonly {type} {field};");
        }

        writer.Line();
        writer.Line("/// <summary>Makes the layer with its initial parameters.</summary>");
        writer.Line("/// <param name=\"shape\">What the model tells the layer.</param>");
        using (writer.Block($"public {plan.Layer.Name}(MoeShape shape) : base(Declared, shape)"))
        {
            foreach (var row in rows)
            {
                writer.Line($"{row.Field} = {(row.Buffer ? "AddBuffer" : "AddParameter")}({Text.Quote(row.Name)});");
            }

            foreach (var line in plan.Gate.Start(plan.Layer))
            {
                writer.Line(line);
            }

            foreach (var module in modules)
            {
                writer.Line($"{module.Field} = AddModule({Text.Quote(module.Name)}, {module.Create});");
            }
        }

        writer.Line();
    }

    /// <summary>Writes the override, where anything happens after a step.</summary>
    public static void WriteAfterStep(EmissionPlan plan, IndentedWriter writer)
    {
        var statements = plan.Layer.Balance
            .Select(term => BalanceWriters.Of(term).AfterStep?.Invoke(new TermPlace(plan.Layer, term.Part, plan.Gate.Names)))
            .OfType<string>()
            .Concat(plan.Gate.AfterStep(plan.Layer))
            .Concat(plan.RemembersStep ? ["StepMemory.Clear();"] : [])
            .ToList();
        if (statements.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line("/// <inheritdoc />");
        using (writer.Block("public override void AfterOptimizerStep(Tensor picks_E, long? tokens = null)"))
        {
            statements.ForEach(writer.Line);
        }
    }
}
