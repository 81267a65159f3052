namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Text as it is rendered, no longer than it may be.</summary>
internal sealed class RenderedOutput
{
    private readonly List<TextValue> _parts = [];
    private long _characters;

    /// <summary>All of it.</summary>
    public TextValue Text => TextValue.Joined(_parts);

    /// <summary>Adds text.</summary>
    /// <exception cref="JinjaException">It is too long.</exception>
    public void Add(TextValue text)
    {
        _characters += text.Text.Length;
        RunMeter.RequireRoom(_characters);
        _parts.Add(text);
    }
}
