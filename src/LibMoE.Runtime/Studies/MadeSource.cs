using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Studies;

/// <summary>A language model that training does not begin at random: one that was made of another, on a corpus.</summary>
/// <param name="corpus">The text.</param>
/// <param name="start">The checkpoint of the model that training begins with; null where training continues from a later one.</param>
internal sealed class MadeSource(Corpus corpus, Checkpoint? start) : TextSource(corpus)
{
    /// <inheritdoc />
    protected override LanguageModel CreateModel(StudyCell cell, Device device, Ranks? ranks)
    {
        var model = base.CreateModel(cell, device, ranks);
        if (start is not null)
        {
            RunCheckpoint.ReadModel(start, model);
        }

        return model;
    }
}
