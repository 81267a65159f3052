namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>The tokens of a template while they are read.</summary>
/// <param name="tokens">All of them.</param>
internal sealed class JinjaTokens(IReadOnlyList<JinjaToken> tokens)
{
    private const int Deepest = 100;

    private int _at;
    private int _depth;

    /// <summary>The next token.</summary>
    public JinjaToken Current => tokens[_at];

    /// <summary>The one behind it.</summary>
    public JinjaToken Following => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>Takes the next token.</summary>
    public JinjaToken Take()
    {
        var token = tokens[_at];
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    /// <summary>Takes a name if it is next.</summary>
    public bool TakesName(string name) => Takes(Current.IsName(name));

    /// <summary>Takes a sign if it is next.</summary>
    public bool TakesSign(string sign) => Takes(Current.IsSign(sign));

    /// <summary>Takes a token of a kind.</summary>
    /// <exception cref="JinjaException">Another is next.</exception>
    public JinjaToken Expect(JinjaTokenKind kind, string wanted) => Current.Kind == kind ? Take() : throw Unexpected(wanted);

    /// <summary>Takes a sign.</summary>
    /// <exception cref="JinjaException">Another token is next.</exception>
    public void ExpectSign(string sign)
    {
        if (!TakesSign(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    /// <summary>Reads parts with commas between, up to a bracket, which is taken.</summary>
    /// <exception cref="JinjaException">Something else stands between them.</exception>
    public List<T> Until<T>(string end, Func<T> read)
    {
        var items = new List<T>();
        while (!TakesSign(end))
        {
            if (items.Count > 0)
            {
                ExpectSign(",");
                if (TakesSign(end))
                {
                    break;
                }
            }

            items.Add(read());
        }

        return items;
    }

    /// <summary>Reads something inside of something else.</summary>
    /// <exception cref="JinjaException">It stands too deep.</exception>
    public T Nested<T>(Func<T> read)
    {
        if (++_depth > Deepest)
        {
            throw new JinjaException($"blocks and brackets stand in one another more than {Deepest} deep", Current.Line);
        }

        var result = read();
        _depth--;
        return result;
    }

    /// <summary>The fault of a token that does not belong there.</summary>
    public JinjaException Unexpected(string wanted) => new($"there is {Current.Shown} where {wanted} must be", Current.Line);

    private bool Takes(bool isNext)
    {
        if (isNext)
        {
            Take();
        }

        return isNext;
    }
}
