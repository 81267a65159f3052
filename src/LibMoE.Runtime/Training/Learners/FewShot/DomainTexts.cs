using LibMoE.Runtime.Data.Sampling;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>A domain's sequences for tasks: those of its training part, which are adapted to, and those of its held-out part, which
/// measure. Each follows from its number and the key.</summary>
/// <param name="domain">The domain.</param>
/// <param name="length">L: tokens of a sequence.</param>
/// <param name="key">Decides the order.</param>
internal sealed class DomainTexts(CorpusDomain domain, int length, ulong key)
{
    private readonly WindowOrder _train = new(domain.Train.Tokens, length, key);
    private readonly WindowOrder _heldOut = new(domain.Validation.Tokens, length, key);

    /// <summary>Sequences of the training part, without overlap until all have been drawn: ids, and for each the id that follows it,
    /// [S, L] int64 both.</summary>
    /// <param name="first">The number of the first, from 0.</param>
    /// <param name="sequences">S.</param>
    /// <param name="device">Where.</param>
    public (Tensor Inputs_SL, Tensor Targets_SL) Train(long first, int sequences, Device device) =>
        Of(_train, first, sequences, device);

    /// <summary>The same of the held-out part.</summary>
    /// <inheritdoc cref="Train" path="/param"/>
    public (Tensor Inputs_SL, Tensor Targets_SL) HeldOut(long first, int sequences, Device device) =>
        Of(_heldOut, first, sequences, device);

    private (Tensor Inputs_SL, Tensor Targets_SL) Of(WindowOrder windows, long first, int sequences, Device device)
    {
        var ids = new long[sequences * (length + 1)];
        for (var place = 0; place < sequences; place++)
        {
            windows.CopyTo(first + place, ids.AsSpan(place * (length + 1), length + 1));
        }

        var ids_SM = tensor(ids, [sequences, length + 1], device: device);
        return (ids_SM.narrow(1, 0, length), ids_SM.narrow(1, 1, length));
    }
}
