using System.Globalization;
using System.Text.RegularExpressions;
using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Reading;

/// <summary>The blocks that a declaration is for, as they were written.</summary>
/// <param name="Text">What was written.</param>
/// <param name="Spans">What it means; empty where something is wrong with it.</param>
/// <param name="Problem">What is wrong, in a few words; null where nothing is.</param>
/// <param name="Location">Where it stands.</param>
internal sealed record BlocksDeclaration(string Text, EquatableArray<BlockSpan> Spans, string? Problem, LocationInfo Location)
{
    private const int Most = 9999;

    private static readonly Regex Piece = new(@"^(\d+)(?:(\s*-\s*)(\d+)?(?:\s*:\s*(\d+))?)?$", RegexOptions.CultureInvariant);

    /// <summary>Understands a text.</summary>
    public static BlocksDeclaration Of(string text, LocationInfo location)
    {
        var spans = new List<BlockSpan>();
        string? problem = null;
        foreach (var piece in text.Split(','))
        {
            var (span, wrong) = Span(piece.Trim());
            if (span is not null && spans.Select(before => before.Common(span)).FirstOrDefault(block => block is not null) is { } twice)
            {
                wrong = $"it names block {twice} twice";
            }

            problem ??= wrong;
            spans.AddRange(span is null ? [] : [span]);
        }

        return new(text, new(problem is null ? spans : []), problem, location);
    }

    /// <summary>The first block that both name; null where there is none.</summary>
    public int? Common(BlocksDeclaration other) => Spans
        .SelectMany(span => other.Spans.Select(span.Common))
        .Where(block => block is not null)
        .Min();

    private static (BlockSpan? Span, string? Problem) Span(string piece)
    {
        var match = Piece.Match(piece);
        if (!match.Success)
        {
            return (null, piece.Length == 0 ? "it names no block" : $"'{piece}' is neither a block's number nor a range");
        }

        var first = Number(match.Groups[1]);
        var last = match.Groups[2].Success ? match.Groups[3].Success ? Number(match.Groups[3]) : (int?)null : first;
        var step = match.Groups[4].Success ? Number(match.Groups[4]) : 1;
        return first > Most || last > Most || step > Most ? (null, $"'{piece}' has a number above {Most}")
            : last < first ? (null, $"'{piece}' ends before it begins")
            : step < 1 ? (null, $"'{piece}' has a step of 0")
            : (new BlockSpan(first, last, step), null);
    }

    /// <summary>The number; one that no int holds is above what is allowed in any case.</summary>
    private static int Number(Group digits) =>
        int.TryParse(digits.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
}
