using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What a classifier learns from and is measured by.</summary>
/// <param name="Name">For people.</param>
/// <param name="Classes">The classes; of two the second is yes.</param>
/// <param name="Train">What is learned from.</param>
/// <param name="Test">What is measured.</param>
public sealed record ClassifierData(string Name, IReadOnlyList<string> Classes, LabelledRows Train, LabelledRows Test)
{
    private CorpusIdentity? _identity;

    /// <summary>The groups that examples are of, such as speakers or hospitals, whose accuracy is measured apart; empty for none.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Whether the groups are of people who should be treated alike: gaps between them are then measured, and can be trained
    /// against.</summary>
    public bool ComparesGroups { get; init; }

    /// <summary>Examples that are neither learned from nor measured: on these a temperature is fitted
    /// (<see cref="TemperatureScaling"/>), and the calibration error with it is measured beside the one without. Null for none.</summary>
    public LabelledRows? Validation { get; init; }

    /// <summary>Simple methods by name: each gives the probabilities of the classes, float64 [N, C], for every example of
    /// <see cref="Test"/>.</summary>
    public IReadOnlyList<(string Name, Func<ClassifierData, Tensor> Predict)> Baselines { get; init; } = [];

    /// <summary>Changes the examples of a training batch [N, ..], such as by noise or a shift, by the generator that is given; null leaves
    /// them.</summary>
    public Func<Tensor, Random, Tensor>? Augment { get; init; }

    /// <summary>Which data it is.</summary>
    public CorpusIdentity Identity => _identity ??= CorpusIdentity.Of(Name,
    [
        .. MemoryMarshal.AsBytes(Train.Values), .. Bytes(Train.Labels), .. MemoryMarshal.AsBytes(Test.Values), .. Bytes(Test.Labels),
        .. Validation is null ? [] : MemoryMarshal.AsBytes(Validation.Values), .. Bytes(Validation?.Labels ?? []),
    ]);

    /// <summary>Everything that is wrong, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Train.Labels.Concat(Test.Labels).Concat(Validation?.Labels ?? []).Any(label => label < 0 || label >= Classes.Count))
        {
            yield return $"{Name} has a label that is not from 0 to {Classes.Count - 1}.";
        }

        if (Validation is not null && (Validation.Count == 0 || !Validation.Shape.SequenceEqual(Test.Shape)))
        {
            yield return $"{Name} has {Validation.Count} validation examples [{string.Join(", ", Validation.Shape)}]; there must be at "
                + $"least one, and of the shape [{string.Join(", ", Test.Shape)}].";
        }

        if (Groups.Count > 0 && (Train.Groups is null || Test.Groups is null
            || Train.Groups.Concat(Test.Groups).Any(group => group < 0 || group >= Groups.Count)))
        {
            yield return $"{Name} has an example whose group is not from 0 to {Groups.Count - 1}.";
        }

        if (ComparesGroups && (Groups.Count < 2 || Classes.Count != 2))
        {
            yield return $"{Name} has {Groups.Count} groups and {Classes.Count} classes; gaps are between at least two groups, and of yes "
                + "and no.";
        }
    }

    private static ReadOnlySpan<byte> Bytes(IReadOnlyList<int> numbers) => MemoryMarshal.AsBytes<int>(numbers.ToArray());
}
