using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>What one micro-batch came to; its picks stay on the device.</summary>
/// <param name="Loss">The task loss.</param>
/// <param name="AuxiliaryLoss">Sum over the blocks of their balancing terms.</param>
/// <param name="Losses">Per MoE block its balancing terms by name.</param>
/// <param name="Picks">Per MoE block the picks of each expert; null where the gate has no counts.</param>
/// <param name="Tokens">Per MoE block how many tokens it routed.</param>
internal sealed record MicroBatch(
    double Loss,
    double AuxiliaryLoss,
    IReadOnlyList<IReadOnlyDictionary<string, double>> Losses,
    IReadOnlyList<Tensor?> Picks,
    IReadOnlyList<long> Tokens)
{
    /// <summary>Its numbers in one row, in an order that is the same for all micro-batches of a run.</summary>
    public double[] Numbers => [Loss, AuxiliaryLoss, .. Losses.SelectMany(terms => terms.Values)];

    /// <summary>The same with the numbers of another micro-batch, and without picks.</summary>
    public MicroBatch With(ReadOnlySpan<double> numbers)
    {
        var at = 2;
        var losses = new List<IReadOnlyDictionary<string, double>>();
        foreach (var terms in Losses)
        {
            var other = new Dictionary<string, double>();
            foreach (var name in terms.Keys)
            {
                other[name] = numbers[at++];
            }

            losses.Add(other);
        }

        return new MicroBatch(numbers[0], numbers[1], losses, [], []);
    }
}
