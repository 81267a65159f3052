namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Where a character of a rendered text comes from.</summary>
[Flags]
internal enum TextOrigin
{
    /// <summary>The template's own words.</summary>
    Template = 0,

    /// <summary>A message's words, in which no mark is read.</summary>
    Message = 1,

    /// <summary>What stands in a <c>generation</c> block: the model is to say it.</summary>
    Answer = 2,
}

/// <summary>A stretch of a text whose characters come from one place.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">The first one behind.</param>
/// <param name="Origin">Where they come from.</param>
internal readonly record struct TextStretch(int Start, int End, TextOrigin Origin);
