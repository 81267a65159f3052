using System.Text.RegularExpressions;

namespace LibMoE.Runtime;

/// <summary>
/// How GPT-2 cuts a text before it merges (Radford et al. 2019): contractions, words, numbers and signs, each with a blank before it, and
/// white space. No piece reaches over a cut.
/// </summary>
internal static partial class GptSplit
{
    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    public static partial Regex Words();
}
