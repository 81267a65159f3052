using LibMoE.Runtime.Kernels.Experts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Which parameters of a model have the experts of this rank alone, where ranks share them: what is a whole tensor in a checkpoint
/// is here a range of its rows.</summary>
internal sealed class ExpertSlices
{
    /// <summary>What an optimiser's state has before a parameter's name, where it is of the parameter's shape.</summary>
    private static readonly string[] States = ["", "mean.", "square."];

    private readonly Dictionary<string, ExpertSlice> _slices = [];
    private readonly HashSet<nint> _handles = [];

    private ExpertSlices(ExpertRanks ranks) => Ranks = ranks;

    /// <summary>Who shares the experts.</summary>
    public ExpertRanks Ranks { get; }

    /// <summary>Whether there are any.</summary>
    public bool Any => _slices.Count > 0;

    /// <summary>Those of a model.</summary>
    public static ExpertSlices Of(nn.Module model)
    {
        var layers = model.named_modules().Prepend(("", model)).Where(entry => entry.Item2 is MoeLayer)
            .Select(entry => (Prefix: entry.Item1.Length == 0 ? "" : entry.Item1 + ".", Layer: (MoeLayer)entry.Item2))
            .Where(entry => entry.Layer.Slices.Count > 0).DistinctBy(entry => entry.Layer).ToList();
        var all = new ExpertSlices(layers.Count == 0 ? ExpertRanks.Unshared : layers[0].Layer.Shape.Experts);
        foreach (var (prefix, layer) in layers)
        {
            foreach (var (name, parameter) in layer.named_parameters().Where(entry => layer.Slices.ContainsKey(entry.name)))
            {
                all._slices[prefix + name] = layer.Slices[name];
                all._handles.Add(parameter.Handle);
            }
        }

        return all;
    }

    /// <summary>The range of a parameter, or of an optimiser's state of one; null where it is whole.</summary>
    /// <param name="name">Its name in a checkpoint.</param>
    public ExpertSlice? Find(string name) => _slices.Count == 0 ? null : States
        .Where(state => name.StartsWith(state, StringComparison.Ordinal))
        .Select(state => _slices.GetValueOrDefault(name[state.Length..])).FirstOrDefault(slice => slice is not null);

    /// <summary>Whether a parameter is one of them.</summary>
    public bool Has(Parameter parameter) => _slices.Count > 0 && _handles.Contains(parameter.Handle);

    /// <summary>The tensors as one process has them, on the first rank: all ranks that share experts with it send theirs. Elsewhere, and
    /// where nothing is shared, the tensors themselves.</summary>
    /// <param name="tensors">A checkpoint's, in the same order on all ranks.</param>
    /// <param name="step">The step, for errors.</param>
    public IReadOnlyList<(string Name, Tensor Value)> Gathered(IEnumerable<(string Name, Tensor Value)> tensors, long step)
    {
        if (!Any || Ranks.Replicas.Rank > 0)
        {
            return [.. tensors];
        }

        using var quiet = no_grad();
        var group = Ranks.Group;
        return
        [
            .. tensors.Select(entry => Find(entry.Name) is { } slice ? (entry.Name, Whole(entry.Name, entry.Value, slice)) : entry),
        ];

        Tensor Whole(string name, Tensor own, ExpertSlice slice)
        {
            var (sent_R, received_R) = (new long[group.Size], new long[group.Size]);
            sent_R[0] = slice.Count;
            if (group.IsFirst)
            {
                received_R = [.. received_R.Select((_, rank) => (long)ExpertSlice.Of(slice.Whole, rank, group.Size).Count)];
            }

            var all = group.Exchange(own.detach(), sent_R, received_R, $"{name} of step {step}");
            return group.IsFirst ? all : own;
        }
    }
}
