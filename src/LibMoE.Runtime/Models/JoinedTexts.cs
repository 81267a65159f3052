using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// New tokens of N texts, one text after the other in one sequence of L tokens: what is computed token by token is computed for all of them
/// together, attention for each text by itself. Its tensors live in the caller's dispose scope.
/// </summary>
internal sealed class JoinedTexts
{
    /// <param name="texts">What was read of each text, and the ids that come next, at least one.</param>
    /// <param name="device">Where the model is.</param>
    public JoinedTexts(IEnumerable<(KeyValueCache Cache, IReadOnlyList<int> Ids)> texts, Device device)
    {
        var (parts, ids, positions) = (new List<TextPart>(), new List<long>(), new List<long>());
        foreach (var (cache, fresh) in texts)
        {
            parts.Add(new TextPart(cache, ids.Count, fresh.Count));
            positions.AddRange(Enumerable.Range(0, fresh.Count).Select(token => cache.Length + token));
            ids.AddRange(fresh.Select(id => (long)id));
        }

        Parts = parts;
        Ids_SL = tensor(ids.ToArray(), [1, ids.Count], device: device);
        Positions_L = tensor(positions.ToArray(), device: device);
        Last_N = tensor(parts.Select(part => part.First + part.Tokens - 1).ToArray(), device: device);
    }

    /// <summary>Where each text stands.</summary>
    public IReadOnlyList<TextPart> Parts { get; }

    /// <summary>The ids of all texts, int64 [1, L].</summary>
    public Tensor Ids_SL { get; }

    /// <summary>The position of each token in its text, int64 [L].</summary>
    public Tensor Positions_L { get; }

    /// <summary>The place of each text's last token, int64 [N].</summary>
    public Tensor Last_N { get; }
}

/// <summary>The new tokens of one text.</summary>
/// <param name="Cache">What was read of it before.</param>
/// <param name="First">The place of its first new token among those of all texts.</param>
/// <param name="Tokens">How many they are.</param>
internal sealed record TextPart(KeyValueCache Cache, long First, long Tokens);
