using LibMoE.Runtime;
using Spectre.Console;

namespace Upcycling;

/// <summary>The result of continued training.</summary>
/// <param name="Name">The variant, or Dense.</param>
/// <param name="Start">The held-out sequences' losses before.</param>
/// <param name="End">And after.</param>
internal sealed record Outcome(string Name, IReadOnlyList<double> Start, IReadOnlyList<double> End)
{
    /// <summary>So many standard errors of the paired difference count as one over the held-out windows; Student's t asks for less from 60
    /// of them on.</summary>
    private const double Significant = 2;

    /// <summary>Says how this model stands to the dense one, before and after the latter was trained on.</summary>
    public void Compare(Outcome dense, IAnsiConsole output)
    {
        if (this != dense)
        {
            output.WriteLine($"{Name} ends {Against(dense.Start, "the dense start")} and "
                + $"{Against(dense.End, "the dense model trained on for as many tokens")} (one run; ± over {End.Count} held-out "
                + "windows, which says nothing of another seed).");
        }
    }

    /// <summary>Both were measured on the same sequences, so that differences are taken pair by pair.</summary>
    private string Against(IReadOnlyList<double> baseline, string name)
    {
        var difference = PairedDifference.Of(End, baseline);
        var word = Math.Abs(difference.Mean) <= Significant * difference.StandardError ? "level with"
            : difference.Mean < 0 ? "below" : "above";
        return $"{word} {name} ({difference.Text(decimals: 4)})";
    }
}
