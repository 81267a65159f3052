namespace LibMoE.Serving.Texts;

/// <summary>Looks for stop texts in a text that comes piece by piece. What could be the beginning of one is held back until that is
/// known.</summary>
/// <param name="stops">The stop texts, none of them empty.</param>
internal sealed class StopScan(IReadOnlyList<string> stops)
{
    private readonly Queue<(TextToken Token, long Start, long End)> _tokens = new();
    private string _held = "";
    private long _shown;

    /// <summary>Whether a stop text was found; nothing more comes then.</summary>
    public bool Found { get; private set; }

    /// <summary>Adds a token.</summary>
    /// <returns>What is known to stand before any stop text.</returns>
    public TextPiece Add(TextToken token)
    {
        _tokens.Enqueue((token, _shown + _held.Length, _shown + _held.Length + token.Text.Length));
        return Add(token.Text);
    }

    /// <summary>Adds text that belongs to no new token.</summary>
    /// <returns>What is known to stand before any stop text.</returns>
    public TextPiece Add(string text)
    {
        _held += text;
        var at = stops.Select(stop => _held.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        Found = at >= 0;
        return Show(Found ? at : _held.Length - stops.Select(Begun).DefaultIfEmpty(0).Max());
    }

    /// <summary>What was held back to the end.</summary>
    public TextPiece Rest() => Show(_held.Length);

    /// <summary>How many characters at the end could be the beginning of a stop text.</summary>
    private int Begun(string stop)
    {
        for (var length = Math.Min(stop.Length - 1, _held.Length); length > 0; length--)
        {
            if (_held.AsSpan(_held.Length - length).SequenceEqual(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }

    /// <summary>Shows characters, and the tokens that end with them; before a stop text, also one that it begins within.</summary>
    private TextPiece Show(int characters)
    {
        var text = _held[..characters];
        (_held, _shown) = (_held[characters..], _shown + characters);
        var tokens = new List<TextToken>();
        while (_tokens.TryPeek(out var next) && (next.End <= _shown || (Found && next.Start < _shown)))
        {
            tokens.Add(_tokens.Dequeue().Token);
        }

        return new TextPiece(text, tokens);
    }
}
