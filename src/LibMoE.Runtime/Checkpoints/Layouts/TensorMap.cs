using static TorchSharp.torch;

namespace LibMoE.Runtime.Checkpoints.Layouts;

/// <summary>
/// How some of a model's tensors are stored: as other tensors, with other names and shapes. Both directions move numbers and compute
/// none, so that what is stored and loaded again is the same bit for bit.
/// </summary>
/// <param name="Ours">Names in the model's state dict.</param>
/// <param name="Stored">Names in the file.</param>
/// <param name="Cut">From ours to the stored ones.</param>
/// <param name="Join">From the stored ones to ours.</param>
internal sealed record TensorMap(
    IReadOnlyList<string> Ours, IReadOnlyList<string> Stored, Func<Tensor[], Tensor[]> Cut, Func<Tensor[], Tensor[]> Join)
{
    /// <summary>Whether what is stored is bytes that hold several numbers each, which are only read.</summary>
    public bool Packed { get; init; }

    /// <summary>The same tensor under another name.</summary>
    public static TensorMap Same(string ours, string stored) => new([ours], [stored], x => x, x => x);

    /// <summary>A count that is not stored: it begins at 0.</summary>
    public static TensorMap Begun(string ours) => new([ours], [], _ => [], _ => [zeros(1)]);

    /// <summary>One tensor here that is stored under two names there, with the same numbers.</summary>
    public static TensorMap Twice(string ours, string first, string second) => new(
        [ours],
        [first, second],
        x => [x[0], x[0]],
        x => x[0].eq(x[1]).all().item<bool>()
            ? [x[0]]
            : throw new ConfigurationException($"{first} and {second} hold different numbers, though tie_word_embeddings is true: "
                + "set it to false to use the second, or take that tensor out."));

    /// <summary>[inputs, outputs] here, [outputs, inputs] there.</summary>
    public static TensorMap Transposed(string ours, string stored) => new([ours], [stored], x => [x[0].t()], x => [x[0].t()]);

    /// <summary>A vector here, a matrix of one row there.</summary>
    public static TensorMap Row(string ours, string stored) => new([ours], [stored], x => [x[0].unsqueeze(0)], x => [x[0].squeeze(0)]);

    /// <summary>gate_up [D, 2H] here; gate and up, [H, D] each, there.</summary>
    public static TensorMap GateUp(string ours, string gate, string up) => new(
        [ours],
        [gate, up],
        x => [.. x[0].chunk(2, 1).Select(half => half.t())],
        x => [cat([x[0].t(), x[1].t()], 1)]);

    /// <summary>Several matrices here, one above the other there.</summary>
    /// <param name="ours">The names, from the first row on.</param>
    /// <param name="rows">How many rows each has.</param>
    /// <param name="stored">The name of them all.</param>
    public static TensorMap Stacked(IReadOnlyList<string> ours, long[] rows, string stored) => new(
        ours, [stored], x => [cat(x, 0)], x => x[0].split(rows, 0));

    /// <summary>experts.gate_up [F, D, 2H] here; a gate and an up, [H, D] each, for every expert there: all gates, then all ups.</summary>
    public static TensorMap ExpertGateUps(string ours, IReadOnlyList<string> gates, IReadOnlyList<string> ups) => new(
        [ours],
        [.. gates, .. ups],
        x => [.. x[0].chunk(2, 2).SelectMany(half => half.unbind(0)).Select(matrix => matrix.t())],
        x => [cat([.. x.Chunk(gates.Count).Select(half => stack(half, 0).transpose(1, 2))], 2)]);

    /// <summary>experts.down [F, H, D] here, a down [D, H] for every expert there.</summary>
    public static TensorMap ExpertDowns(string ours, IReadOnlyList<string> downs) => new(
        [ours],
        downs,
        x => [.. x[0].unbind(0).Select(matrix => matrix.t())],
        x => [stack(x, 0).transpose(1, 2)]);

    /// <summary>experts.gate_up [F, D, 2H] here; the gates and the ups of all experts, [F, H, D] each, there.</summary>
    public static TensorMap StackedGateUps(string ours, string gates, string ups) => new(
        [ours],
        [gates, ups],
        x => [.. x[0].chunk(2, 2).Select(half => half.transpose(1, 2))],
        x => [cat([x[0].transpose(1, 2), x[1].transpose(1, 2)], 2)]);

    /// <summary>Numbers of gates, then of ups, in the last dim here; one tensor of each there.</summary>
    public static TensorMap Halves(string ours, string gates, string ups) => new(
        [ours], [gates, ups], x => x[0].chunk(2, -1), x => [cat(x, -1)]);

    /// <summary>latent_up [A·(N+W), U] here; the keys' part [A, U, N] and the values' [A, W, U] there.</summary>
    public static TensorMap KeysAndValues(string ours, string keys, string values, long heads, long plain) => new(
        [ours],
        [keys, values],
        x =>
        {
            var rows = x[0].reshape(heads, -1, x[0].shape[1]);
            return [rows.narrow(1, 0, plain).transpose(1, 2), rows.narrow(1, plain, rows.shape[1] - plain)];
        },
        x => [cat([x[0].transpose(1, 2), x[1]], 1).flatten(0, 1)]);

    /// <summary>The last rows of each head, which alone are rotary: those that turn together are half of them apart here, side by side
    /// there.</summary>
    /// <param name="ours">Rows, head by head.</param>
    /// <param name="stored">The name there.</param>
    /// <param name="heads">How many heads they make up.</param>
    /// <param name="channels">How many rows of a head are rotary.</param>
    public static TensorMap LastHalvesToPairs(string ours, string stored, long heads, long channels)
    {
        return new([ours], [stored], x => [Moved(x[0], [2, -1])], x => [Moved(x[0], [-1, 2])]);

        Tensor Moved(Tensor x, long[] pairs)
        {
            var rows = x.reshape(heads, -1, x.shape[1]);
            var rotary = rows.narrow(1, rows.shape[1] - channels, channels);
            var moved = rotary.reshape([heads, .. pairs, x.shape[1]]).transpose(1, 2).reshape(rotary.shape);
            return cat([rows.narrow(1, 0, rows.shape[1] - channels), moved], 1).reshape(x.shape);
        }
    }

    /// <summary>[F, inputs, outputs] here, [F, outputs, inputs] there.</summary>
    public static TensorMap TransposedStack(string ours, string stored) => new(
        [ours], [stored], x => [x[0].transpose(1, 2)], x => [x[0].transpose(1, 2)]);

    /// <summary>Gates, then ups in the last dim here; one of each in turns there.</summary>
    public static TensorMap Alternating(string ours, string stored) => new(
        [ours],
        [stored],
        x => [x[0].reshape([.. x[0].shape[..^1], 2, -1]).transpose(-1, -2).flatten(-2)],
        x => [TurnsToHalves(x[0])]);

    /// <summary>Numbers 0, 2, 4, … of the last dim, then 1, 3, 5, ….</summary>
    public static Tensor TurnsToHalves(Tensor x) => x.reshape([.. x.shape[..^1], -1, 2]).transpose(-1, -2).flatten(-2);

    /// <summary>
    /// Rotary channel pairs (2i, 2i + 1) of each head here, (i, i + C/2) there: the same function of the text, since queries and keys are
    /// reordered alike.
    /// </summary>
    /// <param name="ours">Rows, or the numbers of a vector, head by head.</param>
    /// <param name="stored">The name there.</param>
    /// <param name="heads">How many heads they make up.</param>
    public static TensorMap PairsToHalves(string ours, string stored, long heads) => new(
        [ours],
        [stored],
        x => [x[0].reshape([heads, -1, 2, .. x[0].shape[1..]]).transpose(1, 2).reshape(x[0].shape)],
        x => [x[0].reshape([heads, 2, -1, .. x[0].shape[1..]]).transpose(1, 2).reshape(x[0].shape)]);

    /// <summary>The other way about: (i, i + C/2) here, (2i, 2i + 1) there.</summary>
    /// <inheritdoc cref="PairsToHalves(string, string, long)"/>
    public static TensorMap HalvesToPairs(string ours, string stored, long heads)
    {
        var map = PairsToHalves(ours, stored, heads);
        return map with { Cut = map.Join, Join = map.Cut };
    }
}
