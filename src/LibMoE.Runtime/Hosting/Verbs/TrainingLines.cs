using System.Globalization;
using Spectre.Console;

namespace LibMoE.Runtime;

/// <summary>Shows the progress of one training run as about ten lines of text.</summary>
/// <param name="steps">How many steps the run has.</param>
/// <param name="output">Where.</param>
internal sealed class TrainingLines(int steps, IAnsiConsole output) : IProgress<TrainingProgress>
{
    private const int Lines = 10;
    private int _shown;

    /// <inheritdoc />
    public void Report(TrainingProgress value)
    {
        if (value.Step * Lines / steps > _shown)
        {
            _shown = value.Step * Lines / steps;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  step {value.Step} of {steps}: loss {value.Loss:0.000}, {value.TokensPerSecond:0} tokens/s"));
        }
    }
}
