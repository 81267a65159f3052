using System.Text.RegularExpressions;
using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Emission;

/// <summary>
/// What the letters of shapes mean. The legend of a file has those that its constants and the ends of its names use, so that none stands
/// there unexplained and none is explained in vain.
/// </summary>
internal static class ShapeLegend
{
    private static readonly (char Letter, string Meaning)[] Letters =
    [
        ('T', "tokens of the call"),
        ('D', "width of the model"),
        ('E', "routable slots"),
        ('V', "token ids"),
        ('K', "picks of a token"),
        ('Q', "2E + K slots: every expert with sign +1, with sign −1, and K null ones"),
        ('P', "slots of a sequence"),
        ('N', "rows of slots, P for each sequence"),
        ('R', "width of the low-rank space"),
        ('M', "width of the router's embedding"),
        ('B', "hidden units of the hyper-network"),
        ('G', "E·(D + 1) weights and biases that the hyper-network makes"),
        ('F', "experts of a group"),
        ('J', "shared experts"),
        ('L', "width of the latent space that experts work in"),
        ('H', "hidden width of an expert"),
        ('W', "2H: the gate projection's columns, then the up projection's"),
        ('Z', "constant experts"),
    ];

    /// <summary>The suffix of a local's, field's or property's name: one letter or digit a dim.</summary>
    private static readonly Regex Suffix = new("\\b[a-z]\\w*_([A-Z][A-Z0-9]*)\\b", RegexOptions.CultureInvariant);

    /// <summary>Writes a line for each letter that a text uses.</summary>
    public static void Write(string text, EmissionPlan plan, IndentedWriter writer)
    {
        var suffixes = Suffix.Matches(text).Cast<Match>().SelectMany(match => match.Groups[1].Value);
        var used = new HashSet<char>(suffixes.Concat(plan.Constants.Select(constant => constant.Letter)));
        foreach (var (letter, meaning) in Letters.Where(row => used.Contains(row.Letter)))
        {
            var here = letter == 'N' && plan.Experts.Space.WeighsInput ? "rows, one for each pick of a token" : meaning;
            writer.Line($"//   {letter}  {plan.Gate.Meaning(letter) ?? here}{(letter == 'H' ? OfShared(plan) : "")}");
        }
    }

    private static string OfShared(EmissionPlan plan) =>
        plan.Experts.Shared is null ? "" : $"; {SharedGroup.HiddenName}, that of all shared experts together";
}
