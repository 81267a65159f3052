using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>A model that the verb <c>evaluate</c> evaluates: found on disk, or registered by a program as a service of this type.</summary>
/// <param name="Name">The variant's name, or that of the file or folder; also the name of its folder in the run.</param>
/// <param name="Load">Makes it, its mixtures of the declared layers and its parameters of the type; the caller disposes it.</param>
public sealed record EvaluatedModel(string Name, Func<IReadOnlyList<MoeVariant>, torch.ScalarType, LoadedModel> Load)
{
    /// <summary>The seed that it was trained with; 0 for a model that stands alone.</summary>
    public long Seed { get; init; }

    /// <summary>Where it lies; null where a program makes it.</summary>
    internal string? Path { get; init; }

    /// <summary>The run folder whose cell it is; null for a model that stands alone.</summary>
    internal string? Run { get; init; }

    /// <summary>Name and seed, for sentences.</summary>
    internal string Label => Run is null ? Name : FormattableString.Invariant($"{Name}, seed {Seed}");

    /// <summary>A model on disk.</summary>
    internal static EvaluatedModel At(string path, string name, long seed = 0, string? run = null) =>
        new(name, (variants, type) => ModelLoader.Load(path, variants, type)) { Seed = seed, Path = path, Run = run };
}
