using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>Puts what a stage of training ended with into the model of the next.</summary>
internal static class StageStart
{
    /// <summary>Copies the parameters; a dense checkpoint is upcycled where the model has mixtures.</summary>
    /// <param name="checkpoint">What the stage before ended with.</param>
    /// <param name="model">The model that goes on; its parameters change in place.</param>
    /// <param name="structure">What decides the shapes of that model.</param>
    /// <param name="options">How FFNs become mixtures.</param>
    /// <exception cref="StorageException">The checkpoint cannot be read, or is of a model with other widths.</exception>
    public static void Take(Checkpoint checkpoint, VisionLanguageModel model, string structure, UpcyclingOptions options)
    {
        if (checkpoint.State.Structure == structure)
        {
            RunCheckpoint.ReadModel(checkpoint, model);
            return;
        }

        using var quiet = no_grad();
        using var dense = VisionLanguageModel.Create(model.Config, device: model.parameters().First().device);
        RunCheckpoint.ReadModel(checkpoint, dense);
        Fill(model.Vision, dense.Vision, Upcycled(model.Vision, dense.Vision, options));
        Fill(
            model.Connector,
            dense.Connector,
            model.Connector.Variant is { } connecting ? VisionUpcycler.Upcycle(dense.Connector, connecting, options).Part : null);
        Fill(
            model.Language,
            dense.Language,
            model.Language.Variant is { } reading
                ? Upcycler.Upcycle(dense.Language, reading, options with { Blocks = model.Language.Config.MoeBlocks }).Model
                : null);
    }

    /// <summary>Copies a dense encoder out of a checkpoint of any model that has one under <c>vision.</c>; it is upcycled where the model's
    /// has mixtures.</summary>
    /// <param name="checkpoint">Such as an encoder's that was trained on labels.</param>
    /// <param name="model">The model that goes on; its encoder's parameters change in place.</param>
    /// <param name="options">How FFNs become mixtures.</param>
    /// <exception cref="StorageException">The checkpoint cannot be read, or has no encoder of these widths.</exception>
    public static void TakeEncoder(Checkpoint checkpoint, VisionLanguageModel model, UpcyclingOptions options)
    {
        using var quiet = no_grad();
        var device = model.parameters().First().device;
        using var dense = VisionEncoder.Create(model.Vision.Config, device: device);
        RunCheckpoint.ReadPart(checkpoint, VisionEncoder.Place, dense);
        Fill(model.Vision, dense, Upcycled(model.Vision, dense, options));
    }

    private static VisionEncoder? Upcycled(VisionEncoder target, VisionEncoder dense, UpcyclingOptions options) =>
        target.Variant is { } seeing
            ? VisionUpcycler.Upcycle(dense, seeing, options with { Blocks = target.Config.MoeBlocks }).Part
            : null;

    /// <summary>Copies a part, from the mixture that was made of it where there is one.</summary>
    private static void Fill(nn.Module target, nn.Module dense, nn.Module? mixture)
    {
        using (mixture)
        {
            using var scope = NewDisposeScope();
            var (source, slices) = ((mixture ?? dense).state_dict(), ExpertSlices.Of(target));
            foreach (var (name, tensor) in target.state_dict())
            {
                tensor.copy_(slices.Find(name) is { } slice ? slice.Cut(source[name]) : source[name]);
            }
        }
    }
}
