using System.Globalization;

namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Python's <c>format</c> of texts: values in the places of <c>{}</c>, <c>{0}</c> and <c>{name}</c>, without rules of how they are
/// written.</summary>
internal static class TextFormat
{
    /// <summary>The text with values in their places.</summary>
    /// <exception cref="JinjaException">A place is none, or has no value.</exception>
    public static TextValue Of(TextValue text, CallArguments given)
    {
        var (parts, done, next) = (new List<TextValue>(), 0, 0);
        for (var at = 0; at < text.Text.Length; at++)
        {
            var c = text.Text[at];
            if (c is not ('{' or '}'))
            {
                continue;
            }

            given.Run.Meter.Spend(1);
            parts.Add(text.Slice(done, at));
            if (at + 1 < text.Text.Length && text.Text[at + 1] == c)
            {
                // A doubled brace is a brace.
                parts.Add(text.Slice(at, at + 1));
                at++;
            }
            else
            {
                var end = c == '{' ? text.Text.IndexOf('}', at) : -1;
                var name = end < 0 ? throw new JinjaException("a brace of a format stands alone") : text.Text[(at + 1)..end];
                parts.Add(Display.Of(Value(name, given, ref next), given.Run));
                at = end;
            }

            done = at + 1;
        }

        return given.Run.Joined([.. parts, text.Slice(done, text.Text.Length)]);
    }

    private static JinjaValue Value(string name, CallArguments given, ref int next)
    {
        if (name.Length > 0 && !name.All(char.IsAsciiDigit))
        {
            var named = given.Names.FirstOrDefault(entry => entry.Name == name).Value;
            return named ?? throw new JinjaException("a place of a format has no value, or rules of how it is written, which are not read");
        }

        var place = name.Length == 0 ? next++
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var stated) ? stated : int.MaxValue;
        return place < given.Positions.Count
            ? given.Positions[place]
            : throw new JinjaException($"a format has more places than the {given.Positions.Count} values that it is given");
    }
}
