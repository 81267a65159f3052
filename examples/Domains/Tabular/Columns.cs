using System.Globalization;
using LibMoE.Runtime;

namespace Tabular;

/// <summary>A person: numbers, words, what is to be said of them, and the group that they are of.</summary>
internal sealed record Row(IReadOnlyList<double> Numbers, IReadOnlyList<string> Words, int Label, int Group = 0);

/// <summary>Makes numbers of rows: a number becomes standard scores, a word one column for each value of it.</summary>
internal static class Columns
{
    /// <summary>A comma-separated line as fields.</summary>
    public static string[] Fields(string line) => line.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>A number of such a field.</summary>
    public static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    /// <summary>Both parts, scaled by mean and deviation of the first. A word that it does not have is zero everywhere.</summary>
    public static (LabelledRows Train, LabelledRows Test) Encode(IReadOnlyList<Row> train, IReadOnlyList<Row> test)
    {
        (double Mean, double Deviation)[] scales =
            [.. train[0].Numbers.Select((_, column) => Scale(train.Select(row => row.Numbers[column])))];
        string[][] words = [.. train[0].Words.Select((_, column) =>
            train.Select(row => row.Words[column]).Distinct().Order(StringComparer.Ordinal).ToArray())];
        return (Rows(train), Rows(test));

        LabelledRows Rows(IReadOnlyList<Row> rows) => new(
            [.. rows.SelectMany(Values)], [scales.Length + words.Sum(values => values.Length)],
            [.. rows.Select(row => row.Label)], [.. rows.Select(row => row.Group)]);

        IEnumerable<float> Values(Row row) =>
            row.Numbers.Zip(scales, (number, scale) => (float)((number - scale.Mean) / scale.Deviation))
                .Concat(row.Words.Zip(words).SelectMany(pair => pair.Second.Select(value => value == pair.First ? 1f : 0f)));
    }

    private static (double Mean, double Deviation) Scale(IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        var mean = all.Average();
        return (mean, Math.Max(1e-12, Math.Sqrt(all.Average(number => (number - mean) * (number - mean)))));
    }
}
