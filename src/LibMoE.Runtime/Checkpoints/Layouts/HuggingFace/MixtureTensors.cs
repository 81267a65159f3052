namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace;

/// <summary>How the tensors of a family's mixtures are called and cut.</summary>
/// <param name="names">What the family calls them.</param>
/// <param name="mixture">The mixture.</param>
/// <param name="module">The mixture's module in a block.</param>
/// <param name="storage">How experts are stored.</param>
internal sealed class MixtureTensors(MixtureNames names, MixtureDescription mixture, string module, ExpertStorage storage)
{
    private string Router { get; init; } = names.Router[0];

    private string? ScoreBias { get; init; } = names.ScoreBias is [var first, ..] ? first : null;

    private string Shared { get; init; } = names.Shared[0];

    /// <summary>Whether experts are packed in MXFP4.</summary>
    public bool Packed { get; private init; }

    /// <summary>Whether the layer counts the steps of its correction bias, which files do not state: its count begins at 0.</summary>
    private bool CountsSteps { get; init; }

    /// <summary>How a model's are written.</summary>
    public static MixtureTensors? Written(HuggingFaceBackbone backbone, ExpertStorage storage, MoeVariant? variant) =>
        backbone is { Family.Mixture: { } names, Mixture: { } mixture }
            ? new(names, mixture, names.Module[0], names.Stack.Only ? ExpertStorage.Fused : storage) { CountsSteps = Counts(variant) }
            : null;

    /// <summary>How they are in a folder, of which one block with a mixture is looked at.</summary>
    public static MixtureTensors? In(ITensorSource source, HuggingFaceBackbone backbone, string block, MoeVariant? variant)
    {
        if (backbone is not { Family.Mixture: { } names, Mixture: { } mixture })
        {
            return null;
        }

        var module = names.Module.FirstOrDefault(module => names.Router.Any(router => Has($"{module}.{router}"))) ?? names.Module[0];
        var packed = Has($"{module}.{names.Stack.GateUp}_blocks");
        var fused = names.Stack.Only || packed || Has($"{module}.{names.Stack.GateUp}");
        return new MixtureTensors(names, mixture, module, fused ? ExpertStorage.Fused : ExpertStorage.PerExpert)
        {
            Router = Found(names.Router, ""),
            ScoreBias = names.ScoreBias.Count == 0 ? null : Found(names.ScoreBias, ""),
            Shared = Found(names.Shared, ".up_proj.weight"),
            Packed = packed,
            CountsSteps = Counts(variant),
        };

        bool Has(string name) => source.Find(block + name) is not null;

        string Found(IReadOnlyList<string> candidates, string end) =>
            candidates.FirstOrDefault(candidate => Has($"{module}.{candidate}{end}")) ?? candidates[0];
    }

    /// <summary>Every tensor of a mixture.</summary>
    /// <param name="ours">Where it stands in the state dict.</param>
    /// <param name="block">The block's name in the file, with a dot behind it.</param>
    public IEnumerable<TensorMap> Maps(string ours, string block)
    {
        var theirs = $"{block}{module}.";
        yield return TensorMap.Same(ours + "router.weight", theirs + Router);
        if (mixture.RouterBias)
        {
            yield return TensorMap.Same(ours + "router.bias", theirs + names.RouterBias);
        }

        if (mixture.ScoreBias)
        {
            yield return names.ScoreBiasIsRow
                ? TensorMap.Row(ours + "router.score_bias", theirs + ScoreBias)
                : TensorMap.Same(ours + "router.score_bias", theirs + ScoreBias);
            if (CountsSteps)
            {
                yield return TensorMap.Begun(ours + "router.score_bias_steps");
            }
        }

        foreach (var map in storage == ExpertStorage.Fused
            ? Stacked(ours + "experts.", theirs + names.Stack.GateUp, theirs + names.Stack.Down)
            : PerExpert(ours + "experts.", theirs + "experts."))
        {
            yield return map;
        }

        if (mixture.SharedHidden > 0 && names.SharedStack is { } stack)
        {
            yield return TensorMap.Transposed(ours + "shared.gate_up", block + stack.GateUp);
            yield return TensorMap.Transposed(ours + "shared.down", block + stack.Down);
        }
        else if (mixture.SharedHidden > 0)
        {
            var shared = $"{theirs}{Shared}.";
            yield return TensorMap.GateUp(ours + "shared.gate_up", shared + "gate_proj.weight", shared + "up_proj.weight");
            yield return TensorMap.Transposed(ours + "shared.down", shared + "down_proj.weight");
            if (names.SharedGate is { } gate)
            {
                yield return TensorMap.Row(ours + "shared.gate", $"{theirs}{gate}.weight");
            }
        }
    }

    /// <summary>Whether a layer counts the steps of its correction bias.</summary>
    public static bool Counts(MoeVariant? variant) =>
        variant?.Declaration.Balance.OfType<BiasBalanceAttribute>().Any(bias => bias.FreezeAfter > 0) ?? false;

    private IEnumerable<TensorMap> PerExpert(string ours, string theirs)
    {
        var experts = Enumerable.Range(0, mixture.Experts).ToList();
        yield return TensorMap.ExpertGateUps(ours + "gate_up", All(names.Gate), All(names.Up));
        yield return TensorMap.ExpertDowns(ours + "down", All(names.Down));

        List<string> All(string matrix) => experts.ConvertAll(expert => $"{theirs}{expert}.{matrix}.weight");
    }

    private IEnumerable<TensorMap> Stacked(string ours, string gateUp, string down)
    {
        if (!names.Stack.Alternates)
        {
            yield return TensorMap.TransposedStack(ours + "gate_up", gateUp);
            yield return TensorMap.TransposedStack(ours + "down", down);
        }
        else if (Packed)
        {
            yield return Mxfp4.Alternating(ours + "gate_up", gateUp);
            yield return Mxfp4.Stack(ours + "down", down);
        }
        else
        {
            yield return TensorMap.Alternating(ours + "gate_up", gateUp);
            yield return TensorMap.Same(ours + "down", down);
        }

        if (mixture.Bias)
        {
            yield return TensorMap.Alternating(ours + "up_bias", gateUp + "_bias");
            yield return TensorMap.Same(ours + "down_bias", down + "_bias");
        }
    }
}
