using System.Diagnostics;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// The spans of a study for OpenTelemetry: one for each cell, with its phases (warm-up, training, analysis, evaluation) inside. A cell's
/// has the tags <c>variant</c>, <c>seed</c> and, in a grid, <c>settings</c>.
/// </summary>
internal sealed class TrainingTraces : IDisposable
{
    /// <summary>The source's name.</summary>
    public const string Name = "LibMoE.Training";

    private readonly ActivitySource _source = new(Name);

    /// <summary>Begins the span of a cell; null where nobody listens.</summary>
    public Activity? Cell(StudyCell cell)
    {
        var span = _source.StartActivity("cell");
        span?.SetTag("variant", cell.Variant.Name).SetTag("seed", cell.Seed);
        if (cell.Settings.Count > 0)
        {
            span?.SetTag("settings", SettingsLabel.Of(cell.Settings));
        }

        return span;
    }

    /// <summary>Begins the span of a phase inside a cell's.</summary>
    public Activity? Phase(string name) => _source.StartActivity(name);

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();
}
