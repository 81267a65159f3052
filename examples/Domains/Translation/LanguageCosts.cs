using LibMoE.Runtime;

namespace Translation;

/// <summary>What languages lose where an expert is taken away.</summary>
internal static class LanguageCosts
{
    /// <summary>The expert of which the largest share of picks is a language's; of experts that have picks.</summary>
    /// <param name="picks_BNE">For each layer and pair how often each expert was picked.</param>
    /// <param name="languages_N">The language of each pair.</param>
    /// <param name="language">The language.</param>
    /// <returns>The expert, its layer, and the share.</returns>
    public static (int Layer, int Expert, double Share) MostOf(
        IReadOnlyList<IReadOnlyList<int[]>> picks_BNE, IReadOnlyList<int> languages_N, int language) =>
        picks_BNE.Index()
            .SelectMany(layer => Shares(layer.Item, languages_N, language).Index()
                .Select(expert => (Layer: layer.Index, Expert: expert.Index, Share: expert.Item)))
            .Where(expert => !double.IsNaN(expert.Share))
            .MaxBy(expert => expert.Share);

    /// <summary>The share of each expert's picks that are a language's; NaN where it has none.</summary>
    public static double[] Shares(IReadOnlyList<int[]> picks_NE, IReadOnlyList<int> languages_N, int language)
    {
        var (own_E, all_E) = (new double[picks_NE[0].Length], new double[picks_NE[0].Length]);
        foreach (var (pair, picks_E) in picks_NE.Index())
        {
            for (var expert = 0; expert < all_E.Length; expert++)
            {
                all_E[expert] += picks_E[expert];
                own_E[expert] += languages_N[pair] == language ? picks_E[expert] : 0;
            }
        }

        return [.. own_E.Zip(all_E, (own, all) => own / all)];
    }

    /// <summary>How much higher the losses of a language's pairs are, or those of all others.</summary>
    /// <param name="without">Of each pair without the expert.</param>
    /// <param name="with">With it.</param>
    /// <param name="languages">The language of each pair.</param>
    /// <param name="isMeant">Which languages are looked at.</param>
    public static PairedDifference Of(
        IReadOnlyList<double> without, IReadOnlyList<double> with, IReadOnlyList<int> languages, Predicate<int> isMeant)
    {
        List<int> meant = [.. Enumerable.Range(0, languages.Count).Where(pair => isMeant(languages[pair]))];
        return PairedDifference.Of(meant.ConvertAll(pair => without[pair]), meant.ConvertAll(pair => with[pair]));
    }
}
