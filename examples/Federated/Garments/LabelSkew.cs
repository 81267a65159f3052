using LibMoE.Runtime;
using MathNet.Numerics.Distributions;

namespace Federated;

/// <summary>Divides rows among members who see the classes unequally often: members' shares of each class are drawn from a Dirichlet
/// distribution (Li et al. 2022, <i>Federated Learning on Non-IID Data Silos</i>). With a small α a member has few classes, with a large
/// one all have the same.</summary>
internal static class LabelSkew
{
    /// <summary>The fewest rows of a member.</summary>
    public const int Least = 10;

    private const int Tries = 10_000;

    /// <summary>The rows of each member, in order; drawn anew until each has <see cref="Least"/>.</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="members">How many members.</param>
    /// <param name="alpha">α.</param>
    /// <param name="seed">What is drawn follows from it.</param>
    /// <exception cref="ConfigurationException">So many members hardly ever have rows enough.</exception>
    public static IReadOnlyList<int[]> Divide(IReadOnlyList<int> labels, int members, double alpha, int seed)
    {
        var random = new Random(seed);
        for (var made = 0; made < Tries; made++)
        {
            var parts = Drawn(labels, members, alpha, random);
            if (parts.TrueForAll(part => part.Count >= Least))
            {
                return [.. parts.Select(part => part.Order().ToArray())];
            }
        }

        throw new ConfigurationException(FormattableString.Invariant(
            $"{labels.Count} rows with Skew:Alpha {alpha} leave some of {members} members below {Least} rows; take a larger α."));
    }

    private static List<List<int>> Drawn(IReadOnlyList<int> labels, int members, double alpha, Random random)
    {
        List<List<int>> parts = [.. Enumerable.Range(0, members).Select(_ => new List<int>())];
        foreach (var kind in labels.Index().GroupBy(row => row.Item, row => row.Index).OrderBy(kind => kind.Key))
        {
            int[] rows = [.. kind];
            random.Shuffle(rows);
            var (begin, sum) = (0, 0.0);
            foreach (var (member, share) in Dirichlet.Sample(random, [.. Enumerable.Repeat(alpha, members)]).Index())
            {
                sum += share;
                var end = member == members - 1 ? rows.Length : (int)Math.Round(Math.Min(1, sum) * rows.Length);
                parts[member].AddRange(rows[begin..end]);
                begin = end;
            }
        }

        return parts;
    }
}
