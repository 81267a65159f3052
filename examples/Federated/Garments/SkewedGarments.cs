using Images;
using LibMoE.Runtime;

namespace Federated;

/// <summary>Fashion-MNIST, 10,000 pictures to learn from and 2,000 to be measured by, divided among members.</summary>
/// <param name="All">All in one place.</param>
/// <param name="Each">Each member's; what it measures rounds by is its part of the pictures that are held out.</param>
internal sealed record SkewedGarments(ClassifierData All, IReadOnlyList<ClassifierData> Each)
{
    /// <summary>Divides the pictures.</summary>
    public static SkewedGarments Of(ClassifierData all, int members, double alpha, int seed) => new(
        all,
        [
            .. LabelSkew.Divide(all.Train.Labels, members, alpha, seed).Select((rows, member) => all with
            {
                Name = $"garments of member {member}",
                Train = Part(all.Train, rows),
                Test = Part(all.Test, [.. Enumerable.Range(0, all.Test.Count).Where(row => row % members == member)]),
            }),
        ]);

    public static ClassifierData Load() => ImageSets.Load(ImageSets.Default);

    /// <summary>The share of held-out pictures that members' models are right of, members weighing as many pictures as they have: over all
    /// kinds alike, and where each kind counts as often as the member has it.</summary>
    public (double AllKinds, double OwnKinds) Accuracies(IReadOnlyList<int[]> said)
    {
        var (alike, own) = (0.0, 0.0);
        foreach (var (data, answers) in Each.Zip(said))
        {
            var right = All.Test.Labels.Zip(answers).GroupBy(row => row.First)
                .ToDictionary(kind => kind.Key, kind => kind.Average(row => row.First == row.Second ? 1.0 : 0));
            alike += data.Train.Count * right.Values.Average();
            own += data.Train.Labels.Sum(label => right[label]);
        }

        return (alike / All.Train.Count, own / All.Train.Count);
    }

    private static LabelledRows Part(LabelledRows rows, int[] kept)
    {
        var width = rows.Values.Length / rows.Count;
        var values = new float[kept.Length * width];
        foreach (var (place, row) in kept.Index())
        {
            rows.Values.Slice(row * width, width).CopyTo(values.AsSpan(place * width));
        }

        return new LabelledRows(values, rows.Shape, [.. kept.Select(row => rows.Labels[row])]);
    }
}
