using LibMoE.Runtime.Common;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// Reads an optimiser's state, whole or in parts, from a checkpoint that holds it whole or in parts: what any number of ranks wrote, any
/// number of ranks reads. A part of a tensor is stored under its name with a range, <c>mean.head.weight[0:4096]</c>, in row-major order.
/// </summary>
internal static class OptimizerFile
{
    /// <summary>Fills the state that this process has.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="slices">What of it is a range of the rows of what a checkpoint has.</param>
    /// <exception cref="StorageException">The checkpoint cannot be read, or does not hold the state of this model.</exception>
    public static void Read(Checkpoint checkpoint, AdamW optimizer, ExpertSlices slices)
    {
        using var source = checkpoint.Open(Checkpoint.OptimizerFile);
        var stored = source.Tensors
            .Select(layout => (Layout: layout, Part: StatePart.Parse(layout.Name, layout.Shape.Aggregate(1L, (all, size) => all * size))))
            .ToLookup(entry => entry.Part.Name);
        foreach (var (part, target) in optimizer.Stored)
        {
            if (slices.Find(part.Name) is { } slice)
            {
                var row = slice.Count == 0 ? 0 : target.numel() / slice.Count;
                var own = new StatePart(part.Name, slice.First * row, (slice.First + slice.Count) * row, Whole: false);
                Fill(source, own, target, [.. stored[part.Name].OrderBy(entry => entry.Part.Begin)]);
            }
            else if (part.Whole && source.Find(part.Name) is not null)
            {
                source.ReadInto(part.Name, target);
            }
            else
            {
                Fill(source, part, target, [.. stored[part.Name].OrderBy(entry => entry.Part.Begin)]);
            }
        }
    }

    /// <summary>Fills a tensor from the stored parts that it overlaps.</summary>
    private static void Fill(ITensorSource source, StatePart part, Tensor target, List<(TensorLayout Layout, StatePart Part)> stored)
    {
        if (target.dim() == 0)
        {
            // A step is one number, the same in all parts.
            ReadStep(source, part, target, stored);
            return;
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var at = part.Begin;
        var flat = target.detach().view(-1);
        foreach (var (layout, from) in stored.Where(entry => entry.Part.End > part.Begin && entry.Part.Begin < part.End))
        {
            if (from.Begin > at || layout.DType.Torch != target.dtype)
            {
                break;
            }

            var end = Math.Min(from.End, part.End);
            Copy(source, layout, at - from.Begin, flat.narrow(0, at - part.Begin, end - at));
            at = end;
        }

        if (at < part.End)
        {
            throw Missing(source, part, target);
        }
    }

    private static void ReadStep(ITensorSource source, StatePart part, Tensor target, List<(TensorLayout Layout, StatePart Part)> stored)
    {
        if (stored is not [var (layout, _), ..])
        {
            throw Missing(source, part, target);
        }

        source.ReadInto(layout.Name, target);
    }

    private static void Copy(ITensorSource source, TensorLayout layout, long first, Tensor target)
    {
        var bytes = layout.DType.Bits / 8;
        var most = TorchTensors.BlockBytes / bytes;
        var staged = target.device_type == TorchSharp.DeviceType.CPU ? target : empty(target.numel(), target.dtype);
        for (var done = 0L; done < target.numel(); done += most)
        {
            var block = staged.narrow(0, done, Math.Min(most, target.numel() - done));
            source.ReadBytes(layout.Name, (first + done) * bytes, block.bytes);
        }

        if (!ReferenceEquals(staged, target))
        {
            target.copy_(staged);
        }
    }

    private static StorageException Missing(ITensorSource source, StatePart part, Tensor target) => new(
        source.Path, StorageCause.Damaged,
        $"{source.Path} lacks a part of {MessageText.Quote(part.Name)}; expected were {target.dtype} numbers {part.Begin} to {part.End}");
}
