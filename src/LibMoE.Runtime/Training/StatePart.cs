using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Training;

/// <summary>A run of a parameter's numbers, in row-major order, whose optimiser state one rank keeps.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Begin">Its first number.</param>
/// <param name="End">The number after its last one.</param>
/// <param name="Whole">Whether these are all.</param>
internal readonly partial record struct StatePart(string Name, long Begin, long End, bool Whole)
{
    /// <summary>Ranges begin at multiples of it, so that vectors of the update hold the same numbers as in an update of the
    /// whole.</summary>
    private const long Alignment = 16;

    /// <summary>How many numbers it has.</summary>
    public long Count => End - Begin;

    /// <summary>What a checkpoint calls it: the name, and for a part <c>[begin:end]</c> behind it.</summary>
    public string StoredName => Whole ? Name : FormattableString.Invariant($"{Name}[{Begin}:{End}]");

    /// <summary>The parts of some parameters on every rank: contiguous ranges of all numbers in order, as long as each other but for
    /// alignment.</summary>
    /// <param name="parameters">Names and sizes, in order.</param>
    /// <param name="ranks">Among how many ranks they are divided.</param>
    public static IReadOnlyList<IReadOnlyList<StatePart>> Divide(IReadOnlyList<(string Name, long Count)> parameters, int ranks)
    {
        var total = parameters.Sum(parameter => parameter.Count);
        List<StatePart>[] parts = [.. Enumerable.Range(0, ranks).Select(_ => new List<StatePart>())];
        long start = 0;
        foreach (var (name, count) in parameters)
        {
            var first = start;
            for (var rank = 0; rank < ranks; rank++)
            {
                var (begin, end) = (Cut(total * rank / ranks), Cut(total * (rank + 1) / ranks));
                if (end > begin)
                {
                    parts[rank].Add(new StatePart(name, begin, end, end - begin == count));
                }
            }

            start += count;

            // The end of a parameter is a cut that needs no alignment.
            long Cut(long at) => at >= first + count ? count : Math.Max(0, at - first) / Alignment * Alignment;
        }

        return parts;
    }

    /// <summary>Reads a name in a checkpoint.</summary>
    /// <param name="stored">The name.</param>
    /// <param name="count">How many numbers the stored tensor has.</param>
    public static StatePart Parse(string stored, long count)
    {
        var match = Range().Match(stored);
        return match.Success
            ? new StatePart(match.Groups[1].Value, Number(match.Groups[2]), Number(match.Groups[3]), Whole: false)
            : new StatePart(stored, 0, count, Whole: true);

        static long Number(Group digits) => long.Parse(digits.Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(.+)\[(\d{1,18}):(\d{1,18})\]$")]
    private static partial Regex Range();
}
