namespace LibMoE.Runtime.Models.Generation;

/// <summary>
/// Turns tokens into text as they come. A character can be several tokens: what could still change is held back until it is whole.
/// </summary>
internal sealed class TextStream
{
    /// <summary>A character of UTF-8 has at most 4 bytes; after that, U+FFFD is what was meant.</summary>
    private const int LongestCharacter = 4;

    /// <summary>Whole characters need no more ids before them than these, so that a long text costs no more than a short one.</summary>
    private const int KeptIds = 8;

    private const int MostIds = 32;

    private readonly ITokenizer _tokenizer;
    private readonly List<int> _ids;
    private int _shown;
    private int _held;

    /// <param name="tokenizer">Decodes.</param>
    /// <param name="prompt">What is known already, and not given back.</param>
    public TextStream(ITokenizer tokenizer, IEnumerable<int> prompt)
    {
        (_tokenizer, _ids) = (tokenizer, [.. prompt]);
        _shown = tokenizer.Decode([.. _ids]).Length;
        Forget();
    }

    /// <summary>Adds a token, and gives back what is new and whole.</summary>
    public string Add(int id)
    {
        _ids.Add(id);
        var text = _tokenizer.Decode([.. _ids]);
        if (text.EndsWith('\uFFFD') && ++_held < LongestCharacter)
        {
            return "";
        }

        _held = 0;
        var fresh = Show(text);
        Forget();
        return fresh;
    }

    /// <summary>What was held back to the end.</summary>
    public string Rest() => Show(_tokenizer.Decode([.. _ids]));

    /// <summary>Forgets ids whose text was shown, up to those that the next piece is read beside.</summary>
    private void Forget()
    {
        if (_ids.Count >= MostIds)
        {
            _ids.RemoveRange(0, _ids.Count - KeptIds);
            _shown = _tokenizer.Decode([.. _ids]).Length;
        }
    }

    private string Show(string text)
    {
        var fresh = text.Length > _shown ? text[_shown..] : "";
        _shown = Math.Max(_shown, text.Length);
        return fresh;
    }
}
