using LibMoE.Runtime.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>How a program makes its own learner.</summary>
/// <param name="Made">Makes one for a cell.</param>
internal sealed record LearnerMaker(Func<LearnerSetup, Learner> Made)
{
    /// <summary>Makes the learner of a cell; the same seed gives the same one.</summary>
    /// <param name="mixture">The declared layer; null for the dense baseline.</param>
    /// <param name="training">How the cell is trained, with its seed.</param>
    /// <param name="matched">What a dense baseline has as many active parameters as.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="ranks">The processes that train it together; null is one.</param>
    public Learner Make(MoeVariant? mixture, TrainingConfig training, MoeDeclaration? matched, Device device, Ranks? ranks = null)
    {
        RandomSeed.Set(training.Seed);
        var learner = Made(new LearnerSetup(mixture, training) { Matched = matched, Device = device, Ranks = ranks ?? Ranks.One });
        if (device.type != DeviceType.CPU)
        {
            learner.Model.to(device);
        }

        return learner;
    }
}
