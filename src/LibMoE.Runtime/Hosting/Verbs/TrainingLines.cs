using System.Globalization;
using System.Text.Json;
using LibMoE.Runtime.Files;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Shows the progress of one training run as about ten lines of text, and keeps all of it.</summary>
/// <param name="steps">How many steps the run has.</param>
/// <param name="output">Where it is shown.</param>
/// <param name="metrics">Where it is kept, one report a line.</param>
internal sealed class TrainingLines(int steps, IAnsiConsole output, LineFile metrics) : IProgress<TrainingProgress>
{
    private const int Lines = 10;
    private int _shown;

    /// <inheritdoc />
    public void Report(TrainingProgress value)
    {
        metrics.WriteLine(JsonSerializer.Serialize(value, RunJson.Line));
        if (value.Step * Lines / steps > _shown)
        {
            _shown = value.Step * Lines / steps;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  step {value.Step} of {steps}: loss {value.Loss:0.000}, {value.TokensPerSecond:0} tokens/s"));
        }
    }
}
