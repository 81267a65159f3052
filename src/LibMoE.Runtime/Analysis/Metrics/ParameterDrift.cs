using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// How far parameters moved between two checkpoints: ‖θ_b − θ_a‖ / ‖θ_a‖ over all numbers of a group of tensors together (Frobenius norms).
/// </summary>
public sealed class ParameterDrift
{
    private readonly Dictionary<string, (double Moved, double Base)> _squares = [];

    /// <summary>Adds a tensor to a group.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="earlier">The tensor in the earlier checkpoint, of any shape [..].</param>
    /// <param name="later">The same in the later one, [..].</param>
    /// <exception cref="ArgumentException">The tensors have different shapes.</exception>
    public void Add(string group, Tensor earlier, Tensor later)
    {
        if (!earlier.shape.SequenceEqual(later.shape))
        {
            throw new ArgumentException(
                $"A tensor keeps its shape between checkpoints; it was [{string.Join(", ", earlier.shape)}] and is "
                    + $"[{string.Join(", ", later.shape)}].",
                nameof(later));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (from, to) = (earlier.detach().cpu().to(ScalarType.Float64), later.detach().cpu().to(ScalarType.Float64));
        var (moved, start) = _squares.GetValueOrDefault(group);
        _squares[group] = (moved + (to - from).Squared().sum().item<double>(), start + from.Squared().sum().item<double>());
    }

    /// <summary>The drift of each group; null for a group whose earlier numbers are all 0.</summary>
    public IReadOnlyDictionary<string, double?> Relative => _squares.ToDictionary(
        entry => entry.Key, entry => entry.Value.Base == 0 ? (double?)null : Math.Sqrt(entry.Value.Moved / entry.Value.Base));

    /// <summary>Where a state-dict name belongs: <c>router</c>, <c>experts</c> (shared ones too), <c>attention</c>,
    /// <c>embedding</c> or <c>other</c>.</summary>
    public static string GroupOf(string name) =>
        name.Contains(".router.", StringComparison.Ordinal) ? "router"
        : name.Contains(".attention.", StringComparison.Ordinal) ? "attention"
        : name.Contains(".ffn.", StringComparison.Ordinal) ? "experts"
        : name.StartsWith("embedding.", StringComparison.Ordinal) || name.StartsWith("head.", StringComparison.Ordinal) ? "embedding"
        : "other";
}
