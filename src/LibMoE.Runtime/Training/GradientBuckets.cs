using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>
/// Sums gradients over ranks in buckets, in the order in which a backward pass completes them, so that the sum of one goes on while the
/// pass computes the next (Li et al. 2020, arXiv:2006.15704). Which gradients are in a bucket follows from the parameters alone: begun
/// during the pass or after it, a sum has the same bits.
/// </summary>
internal sealed class GradientBuckets : IDisposable
{
    /// <summary>A bucket is closed when it has so many numbers: 16 MiB of float32.</summary>
    private const long MostNumbers = 1L << 22;

    /// <summary>A bucket is not closed at a block's end when it has fewer: 256 KiB of float32, about where a sum's latency ends.</summary>
    private const long FewestNumbers = 1L << 16;

    private readonly Ranks _ranks;
    private readonly IReadOnlyList<Bucket> _buckets;
    private readonly List<Sum> _begun = [];
    private readonly Stopwatch _waiting = new();

    /// <summary>Divides the parameters.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="parameters">The parameters that are trained, each with its stage: the lower, the earlier a backward pass completes its
    /// gradient.</param>
    /// <param name="slices">Those whose experts are shared: to them rows came from all ranks that share them, and what is summed is over the
    /// ranks with the same experts. All others are summed over all ranks.</param>
    public GradientBuckets(Ranks ranks, IEnumerable<(Parameter Parameter, int Stage)> parameters, ExpertSlices slices)
    {
        var among = parameters.ToLookup(entry => slices.Has(entry.Parameter) ? slices.Ranks.Replicas : ranks);
        (_ranks, _buckets) = (ranks, [.. among.Where(entries => entries.Key.Size > 1).SelectMany(entries => Divide(entries.Key, entries))]);
    }

    /// <summary>How long this rank has waited for sums in all.</summary>
    public TimeSpan Waited => _waiting.Elapsed;

    /// <summary>Begins the sums of the buckets whose gradients are complete.</summary>
    /// <param name="stage">Up to which stage they are.</param>
    /// <param name="step">The step, for errors.</param>
    public void Begin(int stage, long step)
    {
        using var quiet = no_grad();
        while (_begun.Count < _buckets.Count && _buckets[_begun.Count].Stage <= stage)
        {
            _begun.Add(Begun(_buckets[_begun.Count], step));
        }
    }

    /// <summary>Begins what has not begun.</summary>
    /// <param name="step">The step, for errors.</param>
    public void BeginRest(long step) => Begin(int.MaxValue, step);

    /// <summary>Waits for all sums; every parameter that has a gradient then has the sum.</summary>
    public void Finish()
    {
        using var quiet = no_grad();
        foreach (var sum in _begun)
        {
            using var scope = NewDisposeScope();
            _waiting.Start();
            sum.Work.Wait();
            _waiting.Stop();
            foreach (var (parameter, at) in sum.Bucket.Parameters)
            {
                if (parameter.grad is { } gradient)
                {
                    Give(parameter, gradient, sum.Flat.narrow(0, at, parameter.numel()).view(parameter.shape));
                }
            }
        }

        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sum in _begun)
        {
            sum.Work.Dispose();
            sum.Flat.Dispose();
        }

        _begun.Clear();
    }

    /// <summary>The gradient becomes its part of the bucket; where it was sent in another type, it takes over the numbers.</summary>
    private static void Give(Parameter parameter, Tensor gradient, Tensor sum)
    {
        if (sum.dtype == gradient.dtype)
        {
            parameter.grad = sum;
        }
        else
        {
            gradient.copy_(sum);
        }
    }

    private Sum Begun(Bucket bucket, long step)
    {
        using var scope = NewDisposeScope();
        var flat = cat([.. bucket.Parameters.Select(part => Flat(part.Parameter))]);
        if (_ranks.Options.GradientType == GradientType.BFloat16 && flat.dtype == ScalarType.Float32)
        {
            flat = flat.to(ScalarType.BFloat16);
        }

        return new Sum(bucket, flat.DetachFromDisposeScope(), bucket.Among.BeginSum(flat, $"gradients of {(bucket.Among == _ranks ? "" : "shared experts of ")}step {step}"));
    }

    /// <summary>A parameter without a gradient here may have one elsewhere.</summary>
    private static Tensor Flat(Parameter parameter) =>
        parameter.grad is { } gradient ? gradient.reshape(-1) : zeros(parameter.numel(), parameter.dtype, parameter.device);

    private static List<Bucket> Divide(Ranks among, IEnumerable<(Parameter Parameter, int Stage)> parameters)
    {
        var buckets = new List<Bucket>();
        var (open, numbers) = (new List<(Parameter, long)>(), 0L);
        var all = parameters.OrderBy(entry => entry.Stage).ToList();
        for (var i = 0; i < all.Count; i++)
        {
            var (parameter, stage) = all[i];
            open.Add((parameter, numbers));
            numbers += parameter.numel();
            var ends = i + 1 == all.Count || all[i + 1].Parameter.dtype != parameter.dtype;
            if (ends || numbers >= MostNumbers || (numbers >= FewestNumbers && all[i + 1].Stage > stage))
            {
                buckets.Add(new Bucket(among, open, stage));
                (open, numbers) = ([], 0);
            }
        }

        return buckets;
    }

    /// <summary>Parameters of one type, each with where its gradient begins in the bucket; summed over some ranks, complete at a
    /// stage.</summary>
    private sealed record Bucket(Ranks Among, IReadOnlyList<(Parameter Parameter, long At)> Parameters, int Stage);

    private sealed record Sum(Bucket Bucket, Tensor Flat, RankWork Work);
}
