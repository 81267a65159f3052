namespace LibMoE.Runtime.Models.Adapters;

/// <summary>A matrix, or a stack of one for each expert, that adapters are for.</summary>
/// <param name="Name">Its state-dict name.</param>
/// <param name="Shape">Its shape: [O, I] or [I, O], with the experts first in a stack.</param>
/// <param name="InputsFirst">Whether rows are inputs, as in FFNs (y = x·W), and not outputs, as in projections (y = x·Wᵀ).</param>
internal sealed record AdaptedMatrix(string Name, long[] Shape, bool InputsFirst)
{
    private static readonly string[] Projections =
        ["query", "key", "value", "output", "query_down", "query_up", "latent_down", "latent_up"];
    private static readonly string[] Shared = ["shared.gate_up", "shared.up", "shared.down"];

    /// <summary>The module as PEFT calls it: the name without <c>.weight</c>.</summary>
    public string Module => Name.EndsWith(Weight, StringComparison.Ordinal) ? Name[..^Weight.Length] : Name;

    /// <summary>I.</summary>
    public long Inputs => InputsFirst ? Shape[^2] : Shape[^1];

    /// <summary>O.</summary>
    public long Outputs => InputsFirst ? Shape[^1] : Shape[^2];

    private const string Weight = ".weight";

    /// <summary>The matrices of a model, in the order of its state dict.</summary>
    public static IReadOnlyList<AdaptedMatrix> Of(LanguageModel model, AdapterOptions options)
    {
        var wanted = new HashSet<string>();
        for (var block = 0; block < model.Config.Layers; block++)
        {
            var prefix = $"blocks.{block}.";
            wanted.UnionWith(options.Attention ? Projections.Select(name => $"{prefix}attention.{name}{Weight}") : []);
            wanted.UnionWith(options.Experts ? FeedForward(model, block).Select(name => $"{prefix}ffn.{name}") : []);
        }

        return
        [
            .. model.named_parameters().Where(entry => wanted.Contains(entry.name)).Select(entry => new AdaptedMatrix(
                entry.name, entry.parameter.shape, !entry.name.EndsWith(Weight, StringComparison.Ordinal))),
        ];
    }

    private static IEnumerable<string> FeedForward(LanguageModel model, int block)
    {
        var layer = model.MoeLayers.Count > 0 ? model.Config.MoeBlockNumbers.ToList().IndexOf(block) : -1;
        return layer < 0 ? ["gate_up", "up", "down"] : Experts(model.MoeLayers[layer]);
    }

    private static IEnumerable<string> Experts(MoeLayer layer) => layer.Declaration.Parameters(layer.Shape)
        .Where(spec => spec is { Matrix: true, Router: false, Buffer: false, Frozen: false, Shape.Length: 2 or 3 })
        .Where(spec => spec.Name.StartsWith("experts.", StringComparison.Ordinal) || Shared.Contains(spec.Name))
        .Select(spec => spec.Name);
}
