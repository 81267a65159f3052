using System.Diagnostics;

namespace LibMoE.Runtime.Hosting;

/// <summary>How fast the pieces of a text are drawn: the first token, which the prompt is read for, apart from those after it.</summary>
/// <remarks>A text has a piece for each token, and one more for what was held back to the end.</remarks>
internal sealed class DrawingSpeed
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<TimeSpan> _pieces = [];

    /// <summary>How many tokens were drawn.</summary>
    public int Tokens => Math.Max(0, _pieces.Count - 1);

    /// <summary>One line; null where fewer than two tokens were drawn.</summary>
    public string? Line => Tokens < 2 ? null : Say(Tokens, _pieces[0], _pieces[Tokens - 1]);

    /// <summary>Takes the time of a piece that has just come.</summary>
    public void Add() => _pieces.Add(Stopwatch.GetElapsedTime(_start));

    /// <summary>The line for so many tokens, the first and the last of which were there after these times.</summary>
    internal static string Say(int tokens, TimeSpan first, TimeSpan last) => FormattableString.Invariant(
        $"{tokens} tokens: the first after {first.TotalSeconds:F2} s, then {(tokens - 1) / (last - first).TotalSeconds:F1} tokens/s.");
}
