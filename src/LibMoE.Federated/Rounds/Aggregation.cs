using LibMoE.Federated.Arrays;
using LibMoE.Federated.Privacy;
using LibMoE.Federated.Rules;
using LibMoE.Runtime;

namespace LibMoE.Federated.Rounds;

/// <summary>Makes the next parameters of those that members came back with.</summary>
/// <param name="options">Strategy, clipping and noise.</param>
/// <param name="uniform">Where noise comes from; null is the system's secure generator.</param>
internal sealed class Aggregation(FederatedOptions options, Func<double>? uniform = null)
{
    private readonly ServerRule _rule = ServerRule.Of(options);

    /// <summary>What members are told with each round.</summary>
    public IReadOnlyDictionary<string, double> Config => _rule.Config;

    /// <summary>The parameters of the next round.</summary>
    /// <param name="current">Those that the round began with.</param>
    /// <param name="answers">What came back, in an order that does not depend on who was first.</param>
    public IReadOnlyList<NpyArray> Next(IReadOnlyList<NpyArray> current, IReadOnlyList<FitAnswer> answers)
    {
        var current_P = Row(current);
        List<(long Examples, double[] Values_P)> members =
            [.. answers.Select(answer => (answer.Examples, Clipped(Row(answer.Arrays), current_P)))];
        var mean_P = options.Noise > 0 ? NoisyMean(members, current_P) : WeightedMean.Of(members);
        var next_P = _rule.Next(current_P, mean_P);
        var begin = 0;
        return [.. current.Select(array =>
        {
            var values = next_P.AsSpan(begin, array.Values.Length).ToArray();
            begin += values.Length;
            return array with { Values = Array.ConvertAll(values, value => (float)value) };
        })];
    }

    private static double[] Row(IReadOnlyList<NpyArray> arrays) =>
        [.. arrays.SelectMany(array => array.Values).Select(value => (double)value)];

    private double[] Clipped(double[] values_P, double[] current_P)
    {
        if (options.Clip <= 0)
        {
            return values_P;
        }

        double[] change_P = [.. values_P.Zip(current_P, (value, current) => value - current)];
        ClippedNoise.Clip(change_P, options.Clip);
        return [.. change_P.Zip(current_P, (change, current) => current + change)];
    }

    /// <summary>w + (Σ_k Δ_k + N(0, (z·S)²)) / n, with the declared n: one member more or less then moves the sum by at most S, whoever
    /// else came, and whatever it says of its examples.</summary>
    private double[] NoisyMean(List<(long Examples, double[] Values_P)> members, double[] current_P)
    {
        var sum_P = new double[current_P.Length];
        foreach (var (_, values_P) in members)
        {
            for (var place = 0; place < sum_P.Length; place++)
            {
                sum_P[place] += values_P[place] - current_P[place];
            }
        }

        ClippedNoise.Add(sum_P, options.Noise * options.Clip, uniform);
        return [.. sum_P.Zip(current_P, (sum, current) => current + sum / options.Members)];
    }
}
