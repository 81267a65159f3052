namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>One way in which models are stored. A new one is one class and one row in <see cref="ModelLayouts.All"/>.</summary>
internal abstract class ModelLayout
{
    /// <summary>What a path has to be, for the message that lists what can be loaded.</summary>
    public abstract string Description { get; }

    /// <summary>Whether a path looks like this layout. What is wrong with it is for <see cref="Load"/> to say.</summary>
    public abstract bool Recognises(IRunFiles files, string path);

    /// <summary>Loads a model of this layout.</summary>
    public abstract LoadedModel Load(LoadingPlace place);
}

/// <summary>What to load, and how.</summary>
/// <param name="Files">The file system.</param>
/// <param name="Path">The file or folder.</param>
/// <param name="Variants">The declared layers that a mixture's blocks can be.</param>
/// <param name="DType">The type that parameters get.</param>
internal sealed record LoadingPlace(IRunFiles Files, string Path, IReadOnlyList<MoeVariant> Variants, TorchSharp.torch.ScalarType DType)
{
    /// <summary>Where the model is made; null is the processor.</summary>
    public TorchSharp.torch.Device? Device { get; init; }
}
