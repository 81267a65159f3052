using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers;

/// <summary>Texts of whole characters, as UTF-8 has them.</summary>
internal static class WholeCharacters
{
    /// <summary>The text with halves of surrogate pairs as U+FFFD.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
