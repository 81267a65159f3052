namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>The kinds of tokens.</summary>
internal enum JinjaTokenKind
{
    /// <summary>Text that is rendered as it stands.</summary>
    Text,

    /// <summary><c>{{</c>.</summary>
    ValueBegin,

    /// <summary><c>}}</c>.</summary>
    ValueEnd,

    /// <summary><c>{%</c>.</summary>
    BlockBegin,

    /// <summary><c>%}</c>.</summary>
    BlockEnd,

    /// <summary>A name or a word of the language.</summary>
    Name,

    /// <summary>A text in quotes, without them.</summary>
    Quoted,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with a point or an exponent.</summary>
    Real,

    /// <summary>A sign, a bracket.</summary>
    Sign,

    /// <summary>The end of the template.</summary>
    End,
}

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says.</param>
/// <param name="Line">Where it stands.</param>
internal readonly record struct JinjaToken(JinjaTokenKind Kind, string Text, int Line)
{
    /// <summary>Whether it is that name.</summary>
    public bool IsName(string name) => Kind == JinjaTokenKind.Name && Text == name;

    /// <summary>Whether it is that sign.</summary>
    public bool IsSign(string sign) => Kind == JinjaTokenKind.Sign && Text == sign;

    /// <summary>What it is, for messages.</summary>
    public string Shown => Kind switch
    {
        JinjaTokenKind.End => "the end of the template",
        JinjaTokenKind.Text => "text",
        JinjaTokenKind.Quoted => "a text in quotes",
        JinjaTokenKind.ValueBegin => "{{",
        JinjaTokenKind.ValueEnd => "}}",
        JinjaTokenKind.BlockBegin => "{%",
        JinjaTokenKind.BlockEnd => "%}",
        _ => Common.MessageText.Quote(Text),
    };
}
