using System.Globalization;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>Collects one sentence per difference.</summary>
internal sealed class KitFindings
{
    private const double RoundingShare = 0.03;

    private readonly List<string> _sentences = [];

    public IReadOnlyList<string> Sentences => _sentences;

    public void Add(string sentence) => _sentences.Add(sentence);

    public void That(bool holds, string otherwise)
    {
        if (!holds)
        {
            _sentences.Add(otherwise);
        }
    }

    /// <summary>
    /// All gradients of a call. One that is zero but for rounding is held to the size of the others, since it is a difference of numbers
    /// of their size.
    /// </summary>
    public void NearGradients(
        string where, IReadOnlyDictionary<string, Tensor?> expected, IReadOnlyDictionary<string, Tensor?> actual, double tolerance)
    {
        That(expected.Keys.ToHashSet().SetEquals(actual.Keys),
            $"gradients are made of {string.Join(", ", actual.Keys)}; expected of {string.Join(", ", expected.Keys)}.");
        var largest = expected.Values.OfType<Tensor>().Select(Largest).DefaultIfEmpty(0).Max();
        foreach (var (name, gradient) in expected)
        {
            Near($"the gradient of {name}{where}", gradient, actual.GetValueOrDefault(name), tolerance, RoundingShare * largest);
        }
    }

    /// <summary>Closeness relative to the largest expected number; both absent is equal, absent and zero too.</summary>
    public void Near(string what, Tensor? expected, Tensor? actual, double tolerance, double least = 1e-6)
    {
        if (expected is null || actual is null)
        {
            var other = expected ?? actual;
            That(other is null || other.numel() == 0 || Largest(other) <= tolerance * least,
                $"{what} is {(expected is null ? "there but expected to be absent" : "absent")}.");
            return;
        }

        if (!expected.shape.SequenceEqual(actual.shape))
        {
            Add($"{what} has the shape [{string.Join(", ", actual.shape)}] instead of [{string.Join(", ", expected.shape)}].");
            return;
        }

        if (expected.numel() == 0)
        {
            return;
        }

        var (wanted, got) = (Plain(expected), Plain(actual));
        var (error, largest) = (Largest(wanted - got), Largest(wanted));
        That(error <= tolerance * Math.Max(largest, least), string.Create(CultureInfo.InvariantCulture,
            $"{what} is off by {error:G3} where the largest number is {largest:G3} and the tolerance {tolerance:G2}."));
    }

    /// <summary>The same numbers, bit by bit.</summary>
    public void Same(string what, Tensor? expected, Tensor? actual)
    {
        var same = expected is null || actual is null
            ? expected is null && actual is null
            : expected.dtype == actual.dtype && expected.shape.SequenceEqual(actual.shape) && expected.eq(actual).all().item<bool>();
        That(same, $"{what} differs.");
    }

    private static double Largest(Tensor values) => values.numel() == 0 ? 0 : Plain(values).abs().max().item<double>();

    private static Tensor Plain(Tensor values) => values.detach().to(ScalarType.Float64, CPU);
}
