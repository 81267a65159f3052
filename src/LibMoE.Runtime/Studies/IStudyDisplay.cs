using System.Threading.Channels;

namespace LibMoE.Runtime.Studies;

/// <summary>Shows a study while it runs. It is the only writer to the screen until the events end.</summary>
internal interface IStudyDisplay
{
    /// <summary>Shows events until there are no more.</summary>
    Task ShowAsync(IReadOnlyList<StudyCell> cells, ChannelReader<StudyEvent> events);
}
