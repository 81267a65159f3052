using System.Text;

namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>Letters that differ in case alone (Unicode's simple case folding), such as k, K and the sign of kelvin.</summary>
internal static class CaseOrbits
{
    /// <summary>The one letter that .NET's invariant casing leaves alone though Unicode folds it: the long s.</summary>
    private const int LongS = 0x17F;

    private static readonly string[] Categories = ["L", "M", "Nl", "So"];
    private static readonly Lazy<ILookup<int, int>> ByFold = new(() => Letters().ToLookup(Fold));

    /// <summary>All letters that are a letter in some case, the letter itself included.</summary>
    public static IEnumerable<int> Of(int codePoint) =>
        Rune.IsValid(codePoint) && ByFold.Value[Fold(codePoint)] is { } orbit && orbit.Any() ? orbit : [codePoint];

    private static int Fold(int codePoint) =>
        codePoint == LongS ? 's' : Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(codePoint))).Value;

    private static IEnumerable<int> Letters() => Categories
        .SelectMany(category => UnicodeSets.Named(category)!.Ranges)
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1));
}
