using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>GPT-2's cut: words by <see cref="GptSplit"/>, each written in the letters of its bytes.</summary>
internal static class ByteLevelCut
{
    /// <summary>The cut.</summary>
    /// <param name="addsBlank">Whether a piece that does not begin with a blank gets one.</param>
    /// <param name="byWords">Whether it cuts at all, rather than only write bytes.</param>
    public static PieceCut Of(bool addsBlank, bool byWords) => piece =>
    {
        var text = addsBlank && piece.Text.Length > 0 && piece.Text[0] != ' ' ? $" {piece.Text}" : piece.Text;
        var words = byWords ? GptSplit.Words(text) : [(0, text.Length)];
        return words.Select(word => new TextPiece(
            ByteLetters.Write(Encoding.UTF8.GetBytes(text, word.Offset, word.Length)), piece.Begins && word.Offset == 0));
    };
}
