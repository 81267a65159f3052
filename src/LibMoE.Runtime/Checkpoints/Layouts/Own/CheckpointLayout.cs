using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Checkpoints.Layouts.Own;

/// <summary>What this library saves itself: a checkpoint's folder, a cell of a run (its newest whole checkpoint),
/// or a run of one cell.</summary>
internal sealed class CheckpointLayout : ModelLayout
{
    /// <inheritdoc />
    public override string Description => "a checkpoint, a cell of a run or a run of one cell";

    /// <inheritdoc />
    public override bool Recognises(IRunFiles files, string path) =>
        Directory.Exists(path) && CheckpointPlace.IsIn(files, files.Followed(path));

    /// <inheritdoc />
    public override LoadedModel Load(LoadingPlace place)
    {
        var checkpoint = CheckpointPlace.Open(place.Files, place.Files.Followed(place.Path));
        var state = checkpoint.State;
        if (state.Learner is not null)
        {
            throw new ConfigurationException(
                $"{checkpoint.Path} holds a learner of a program's own, which is no language model; that program alone can make it again.");
        }

        var variant = CheckpointVariant.Find(place.Variants, state, checkpoint.Path);
        if (variant is null && state.Structure != DenseFeedForward.Structure(state.Model))
        {
            throw new ConfigurationException($"{checkpoint.Path} holds a dense model whose FFN is computed in another way than here.");
        }

        using var source = checkpoint.OpenModel();
        var maps = StoredTensors.Shapes(state.Model, variant).Keys.Select(name => TensorMap.Same(name, name)).ToList();
        var model = StoredTensors.Load(state.Model, variant, place.DType, source, maps, _ => false, place.Device);
        return new LoadedModel(
            state.Variant,
            model,
            () => TokenizerTable.Restore(state.Tokenizer, checkpoint.Path),
            checkpoint.ModelSha256);
    }
}
