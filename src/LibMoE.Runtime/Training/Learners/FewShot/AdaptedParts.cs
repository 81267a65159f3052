using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>Which parameters a test task moves: <c>router</c> and <c>experts</c> of the MoE layers, the last layer <c>head</c>, what is
/// left, <c>body</c>, several joined by <c>+</c>, or <c>all</c>.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Names">The parameters' names.</param>
/// <param name="AreThere">Whether the model has each of the parts: a dense one has neither router nor experts.</param>
internal sealed record AdaptedParts(string Name, IReadOnlySet<string> Names, bool AreThere)
{
    /// <summary>Everything.</summary>
    public const string All = "all";

    private static readonly string[] Kinds = ["router", "experts", "head", "body"];

    /// <summary>Reads a name.</summary>
    /// <param name="name">Such as <c>router+head</c>.</param>
    /// <param name="model">Whose parameters.</param>
    /// <exception cref="ConfigurationException">A part is none.</exception>
    public static AdaptedParts Of(string name, nn.Module model)
    {
        var kinds = KindOf(model);
        var wanted = name == All ? Kinds : name.Split('+');
        var unknown = wanted.FirstOrDefault(part => !Kinds.Contains(part));
        if (unknown is not null)
        {
            throw new ConfigurationException(
                $"A task is to adapt '{name}'; a part must be one of {string.Join(", ", Kinds)}, several joined by +, or {All}.");
        }

        return new AdaptedParts(
            name, kinds.Where(entry => wanted.Contains(entry.Value)).Select(entry => entry.Key).ToHashSet(),
            name == All || wanted.All(kinds.ContainsValue));
    }

    private static Dictionary<string, string> KindOf(nn.Module model)
    {
        var kinds = model.named_parameters().ToDictionary(
            entry => entry.name, entry => entry.name.StartsWith(FewShotNet.Head, StringComparison.Ordinal) ? "head" : "body");
        foreach (var (prefix, module) in model.named_modules())
        {
            if (module is MoeLayer layer)
            {
                foreach (var spec in layer.Declaration.Parameters(layer.Shape).Where(spec => !spec.Buffer))
                {
                    kinds[$"{prefix}.{spec.Name}"] = spec.Router ? "router" : "experts";
                }
            }
        }

        return kinds;
    }
}
