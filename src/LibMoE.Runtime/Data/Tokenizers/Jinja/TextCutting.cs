namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Cuts texts and joins them, so that each part keeps where it comes from.</summary>
internal static class TextCutting
{
    /// <summary>Line ends, as Python's <c>splitlines</c> has them.</summary>
    private const string LineEnds = "\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029";

    /// <summary>Without white space, or the given characters, at its ends.</summary>
    public static TextValue Trimmed(TextValue text, TextValue? characters, bool left, bool right) => PythonText.Trimmed(
        text, characters is null ? PythonText.IsBlank : c => characters.Text.Contains(c, StringComparison.Ordinal), left, right);

    /// <summary>Where a text stands in another, none over another.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sought">What is looked for; nothing stands before each character and at the end.</param>
    /// <param name="most">The most places; below 0 all.</param>
    public static IEnumerable<int> Places(TextValue text, string sought, long most)
    {
        var at = 0;
        for (var count = 0L; count != most && at <= text.Text.Length; count++)
        {
            var place = sought.Length == 0 ? at : text.Text.IndexOf(sought, at, StringComparison.Ordinal);
            if (place < 0)
            {
                yield break;
            }

            yield return place;
            at = sought.Length > 0 ? place + sought.Length
                : place + (place + 1 < text.Text.Length && char.IsSurrogatePair(text.Text[place], text.Text[place + 1]) ? 2 : 1);
        }
    }

    /// <summary>With another text in the place of one.</summary>
    public static TextValue Replaced(TextValue text, TextValue old, TextValue with, long most, TemplateRun run)
    {
        var (parts, done) = (new List<TextValue>(), 0);
        foreach (var place in Places(text, old.Text, most))
        {
            run.Meter.Spend(1);
            parts.Add(text.Slice(done, place));
            parts.Add(with);
            done = place + old.Text.Length;
        }

        return parts.Count == 0 ? text : run.Joined([.. parts, text.Slice(done, text.Text.Length)]);
    }

    /// <summary>The parts between separators.</summary>
    /// <exception cref="JinjaException">The separator is empty.</exception>
    public static IEnumerable<TextValue> Parts(TextValue text, string separator, long most, bool fromEnd)
    {
        if (separator.Length == 0)
        {
            throw new JinjaException("a text is split at nothing");
        }

        var places = fromEnd && most >= 0
            ? PlacesFromEnd(text.Text, separator, most)
            : [.. Places(text, separator, most)];
        var done = 0;
        foreach (var place in places)
        {
            yield return text.Slice(done, place);
            done = place + separator.Length;
        }

        yield return text.Slice(done, text.Text.Length);
    }

    /// <summary>The parts between white space, none of them empty.</summary>
    public static IEnumerable<TextValue> Words(TextValue text, long most)
    {
        var whole = text.Text;
        var at = PythonText.SkipBlanks(whole, 0);
        for (var count = 0L; at < whole.Length; count++)
        {
            var end = at;
            while (count != most && end < whole.Length && !PythonText.IsBlank(whole[end]))
            {
                end++;
            }

            end = count == most ? whole.Length : end;
            yield return text.Slice(at, end);
            at = PythonText.SkipBlanks(whole, end);
        }
    }

    /// <summary>The lines, without their ends.</summary>
    public static IEnumerable<TextValue> Lines(TextValue text)
    {
        var (whole, done) = (text.Text, 0);
        while (done < whole.Length)
        {
            var length = whole.AsSpan(done).IndexOfAny(LineEnds);
            var end = length < 0 ? whole.Length : done + length;
            yield return text.Slice(done, end);
            done = end + 1 < whole.Length && whole[end] == '\r' && whole[end + 1] == '\n' ? end + 2 : end + 1;
        }
    }

    /// <summary>Values with a text between them.</summary>
    /// <exception cref="JinjaException">One is no text, where all must be.</exception>
    public static TextValue Joined(TextValue between, IReadOnlyList<JinjaValue> items, TemplateRun run, bool anything)
    {
        var parts = new List<TextValue>();
        foreach (var (index, item) in items.Index())
        {
            var part = anything ? Display.Of(item, run) : item as TextValue ?? throw new JinjaException($"{item.Kind} is joined to texts");
            run.Meter.Spend(1);
            parts.Add(index > 0 ? between : TextValue.Empty);
            parts.Add(part);
        }

        return run.Joined(parts);
    }

    private static List<int> PlacesFromEnd(string text, string sought, long most)
    {
        var (places, end) = (new List<int>(), text.Length);
        while (places.Count < most && end >= sought.Length
            && text.AsSpan(0, end).LastIndexOf(sought, StringComparison.Ordinal) is >= 0 and var place)
        {
            places.Add(place);
            end = place;
        }

        places.Reverse();
        return places;
    }
}
