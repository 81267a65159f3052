using Domains;
using LibMoE.Runtime;

namespace QuantumGate;

/// <summary>The circuit against each classical gate, at equal seeds: it is to be better than straight lines, and nothing is claimed against
/// gates of as many numbers, nor of speed.</summary>
internal sealed class GatesOfEqualSize : ICriterion
{
    private const string Metric = "accuracy", Circuit = "QuantumMoe", Lines = "LinearMoe";

    private static readonly string[] EqualSize = ["FourierMoe", "TanhMoe"];

    /// <summary>The differences with their intervals, and what may be said.</summary>
    public string Of(StudyResults results)
    {
        var variants = results.Variants.ToDictionary(variant => variant.Name);
        string[] others = [Lines, .. EqualSize];
        if (!variants.TryGetValue(Circuit, out var circuit) || others.Any(other => !variants.ContainsKey(other)))
        {
            return $"Asked for: {Circuit} against other gates: not measured, which takes --variants {Circuit},{string.Join(',', others)}.";
        }

        var verdicts = others.ToDictionary(other => other, other => Against(circuit, variants[other]));
        return string.Join('\n',
        [
            $"Differences of {Metric} at equal seeds, ± half of the 95 % interval by Student's t:",
            .. others.Select(other => $"{Circuit} − {other}: {verdicts[other].Text("seed")}"),
            circuit.Seeds.Count < 2
                ? "Asked for: better than straight lines, and no claim against gates of the same size: not to be told from one seed."
                : $"Asked for: better than straight lines: {(verdicts[Lines].IsBetter ? "reached" : "missed")}; {PairedVerdict.Undecided} "
                    + $"from classical gates of the same size: {Claim([.. EqualSize.Where(other => verdicts[other].IsDecided)])}.",
            FormattableString.Invariant($"No claim of speed: the circuit is simulated, a step with it took {Times():0.#} times as long as ")
                + $"with {EqualSize[0]}, and a qubit more doubles its state.",
        ]);

        string Claim(List<string> told) => told.Count == 0
            ? "reached"
            : "missed, " + string.Join(" and ", told.Select(other => $"{verdicts[other].Word} than {other}"));

        double Times() => variants[EqualSize[0]].TokensPerSecond / circuit.TokensPerSecond;
    }

    private static PairedVerdict Against(VariantResult circuit, VariantResult other)
    {
        var pairs = SeedPairs.Of(circuit, other, Metric);
        return new PairedVerdict(pairs.Difference, pairs.Seeds);
    }
}
