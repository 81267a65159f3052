using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>A text that knows of each character where it comes from. What is made of texts keeps that.</summary>
internal sealed class TextValue : JinjaValue
{
    private int[]? _places;
    private bool? _hasPairs;

    /// <param name="text">The text.</param>
    /// <param name="origin">Where all of it comes from.</param>
    public TextValue(string text, TextOrigin origin = TextOrigin.Template)
        : this(text, origin == TextOrigin.Template || text.Length == 0 ? [] : [new TextStretch(0, text.Length, origin)])
    {
    }

    private TextValue(string text, IReadOnlyList<TextStretch> stretches) => (Text, Stretches) = (text, stretches);

    /// <summary>No characters.</summary>
    public static TextValue Empty { get; } = new("");

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>The stretches that are not the template's, in order.</summary>
    public IReadOnlyList<TextStretch> Stretches { get; }

    /// <inheritdoc />
    public override bool IsTrue => Text.Length > 0;

    /// <inheritdoc />
    public override string Kind => "a text";

    /// <summary>How many code points it has: what Python calls its length.</summary>
    public int Length => HasPairs ? Places.Length - 1 : Text.Length;

    /// <summary>Where each code point begins, and the end behind them.</summary>
    private int[] Places => _places ??= PlacesOf(Text);

    /// <summary>Whether code points are not just its characters.</summary>
    private bool HasPairs => _hasPairs ??= Text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0;

    /// <summary>The characters from one place to another.</summary>
    public TextValue Slice(int start, int end)
    {
        if (start == 0 && end == Text.Length)
        {
            return this;
        }

        var stretches = new List<TextStretch>();
        foreach (var stretch in Stretches.Where(stretch => stretch.Start < end && stretch.End > start))
        {
            stretches.Add(stretch with { Start = Math.Max(stretch.Start, start) - start, End = Math.Min(stretch.End, end) - start });
        }

        return new TextValue(Text[start..end], stretches);
    }

    /// <summary>Code points from one to another.</summary>
    public TextValue CodePoints(int start, int end) => Slice(CharacterAt(start), CharacterAt(end));

    /// <summary>Which code point begins at a character.</summary>
    public int CodePointAt(int character) => HasPairs ? Array.BinarySearch(Places, character) : character;

    /// <summary>The character that a code point begins at.</summary>
    public int CharacterAt(int codePoint) => HasPairs ? Places[codePoint] : codePoint;

    /// <summary>The code points, a text each.</summary>
    public IEnumerable<TextValue> Characters()
    {
        for (var at = 0; at < Length; at++)
        {
            yield return CodePoints(at, at + 1);
        }
    }

    /// <summary>Another text that was made of this one. Where the length changed, all of it comes from where a part of this one
    /// did.</summary>
    public TextValue Made(string text) =>
        text == Text ? this
        : text.Length == Text.Length ? new TextValue(text, Stretches)
        : new TextValue(text, Stretches.Aggregate(TextOrigin.Template, (all, stretch) => all | stretch.Origin));

    /// <summary>The same with an origin more.</summary>
    public TextValue With(TextOrigin origin)
    {
        var (stretches, done) = (new List<TextStretch>(), 0);
        foreach (var stretch in Stretches.Append(new TextStretch(Text.Length, Text.Length, origin)))
        {
            Add(stretches, new TextStretch(done, stretch.Start, origin));
            Add(stretches, stretch with { Origin = stretch.Origin | origin });
            done = stretch.End;
        }

        return new TextValue(Text, stretches);
    }

    /// <summary>Texts one behind the other.</summary>
    public static TextValue Joined(IEnumerable<TextValue> texts)
    {
        var (joined, stretches) = (new StringBuilder(), new List<TextStretch>());
        foreach (var text in texts)
        {
            foreach (var stretch in text.Stretches)
            {
                Add(stretches, stretch with { Start = stretch.Start + joined.Length, End = stretch.End + joined.Length });
            }

            joined.Append(text.Text);
        }

        return joined.Length == 0 ? Empty : new TextValue(joined.ToString(), stretches);
    }

    private static void Add(List<TextStretch> stretches, TextStretch next)
    {
        if (next.End <= next.Start)
        {
            return;
        }

        if (stretches.Count > 0 && stretches[^1].End == next.Start && stretches[^1].Origin == next.Origin)
        {
            stretches[^1] = stretches[^1] with { End = next.End };
        }
        else
        {
            stretches.Add(next);
        }
    }

    private static int[] PlacesOf(string text)
    {
        var places = new List<int>(text.Length + 1);
        for (var at = 0; at < text.Length; at++)
        {
            places.Add(at);
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 1 : 0;
        }

        return [.. places, text.Length];
    }
}
