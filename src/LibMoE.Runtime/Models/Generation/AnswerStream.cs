namespace LibMoE.Runtime.Models.Generation;

/// <summary>
/// The text of an answer as its tokens come: without what a template puts around answers, up to the first mark that ends it. What could
/// still turn out to be part of a mark, or of a character, is held back.
/// </summary>
internal sealed class AnswerStream
{
    /// <summary>What a decoder gives for bytes that are no whole character.</summary>
    private const char Incomplete = '\uFFFD';

    private readonly ConversationTokenizer _conversations;
    private readonly int[] _mark;
    private readonly bool _markEnds;
    private readonly string[] _stops;
    private readonly List<int> _ids = [];
    private int _shown;

    /// <param name="conversations">What stands around an answer, and how its ids become text.</param>
    /// <param name="until">The answer ends before any of these texts, too.</param>
    public AnswerStream(ConversationTokenizer conversations, IReadOnlyList<string> until)
    {
        _conversations = conversations;
        var (template, tokenizer) = (conversations.Template, conversations.Tokenizer);
        // Where an end id ends the answer, the text before that id may stand inside an answer as well.
        _markEnds = !(template.EndsWithId && tokenizer.Eos is not null);
        _mark = _markEnds ? conversations.End() : template.End.Length > 0 ? tokenizer.Encode(template.End) : [];
        _stops = [.. until.Concat([conversations.EndMark ?? ""]).Where(stop => stop.Length > 0)];
    }

    /// <summary>Whether the answer has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Adds a token, and gives back what is new and stays.</summary>
    public string Add(int id)
    {
        _ids.Add(id);
        if (_markEnds && Matched() == _mark.Length && _mark.Length > 0)
        {
            IsOver = true;
            return "";
        }

        var text = TextOf(_ids);
        IsOver = StopIn(text) >= 0;
        var whole = Math.Min(text.TrimEnd(Incomplete).Length, TextOf(_ids[..^Matched()]).Length);
        return IsOver ? "" : Show(text[..Math.Min(whole, text.Length - HeldBack(text))]);
    }

    /// <summary>What was held back to the end of the answer.</summary>
    public string Rest()
    {
        var text = TextOf(Matched() == _mark.Length ? _ids[..^_mark.Length] : _ids);
        return Show(StopIn(text) is >= 0 and var stop ? text[..stop] : text);
    }

    /// <summary>How many ids at the end are the mark, or the most that it could begin with.</summary>
    private int Matched()
    {
        var length = Math.Min(_mark.Length, _ids.Count);
        while (!_ids[^length..].SequenceEqual(_mark[..length]))
        {
            length--;
        }

        return length;
    }

    private int StopIn(string text) => _stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal))
        .Where(place => place >= 0).DefaultIfEmpty(-1).Min();

    /// <summary>How many letters at the end could begin a stop.</summary>
    private int HeldBack(string text) => _stops.Select(stop => Enumerable.Range(1, Math.Min(stop.Length, text.Length))
        .LastOrDefault(length => text.EndsWith(stop[..length], StringComparison.Ordinal))).DefaultIfEmpty(0).Max();

    /// <summary>Without what the template puts before an answer; nothing while that is not whole.</summary>
    private string TextOf(List<int> ids)
    {
        var (text, before) = (_conversations.Tokenizer.Decode([.. ids]), _conversations.Template.Answer);
        return text.StartsWith(before, StringComparison.Ordinal) ? text[before.Length..]
            : before.StartsWith(text, StringComparison.Ordinal) ? ""
            : text;
    }

    private string Show(string text)
    {
        var fresh = text.Length > _shown ? text[_shown..] : "";
        _shown = Math.Max(_shown, text.Length);
        return fresh;
    }
}
