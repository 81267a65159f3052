using System.Globalization;

namespace LibMoE.Runtime.Studies.Search;

/// <summary>A declaration as a genome: every option with its value.</summary>
internal static class DeclarationGenes
{
    /// <summary>Values by option. The gate's are named <c>Gate.…</c> whatever gate it is, so that a search can change the gate and keep
    /// K.</summary>
    public static IReadOnlyDictionary<string, string> Of(MoeDeclaration declaration)
    {
        var genes = new Dictionary<string, string>();
        foreach (var layer in declaration.Layers)
        {
            var blocks = layer == declaration ? "" : $"blocks {layer.BlocksText}: ";
            var seen = new Dictionary<string, int>();
            foreach (var part in DeclaredPart.Of(layer))
            {
                var isGate = part.Name.EndsWith("Gate", StringComparison.Ordinal);
                var role = isGate ? "Gate" : part.Name;
                var number = seen[role] = seen.GetValueOrDefault(role) + 1;
                var name = blocks + (number == 1 ? role : FormattableString.Invariant($"{role}#{number}"));
                genes[name] = isGate ? part.Name : part.Kind ?? "declared";
                foreach (var option in part.Options)
                {
                    genes[$"{name}.{option.Name}"] = Convert.ToString(option.Value, CultureInfo.InvariantCulture) ?? "";
                }
            }
        }

        return genes;
    }
}
