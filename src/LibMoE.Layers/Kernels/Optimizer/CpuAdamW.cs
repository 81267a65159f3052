using LibMoE.Runtime.Kernels.Cpu;
using LibMoE.Runtime.Kernels.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Kernels.Optimizer;

/// <summary>The update on the CPU: all parameters cut into runs of equal length, spread over libtorch's threads.</summary>
internal static unsafe class CpuAdamW
{
    /// <summary>Long enough to be worth a turn, short enough to even out the threads' work.</summary>
    private const long RunLength = 16384;

    public static bool Takes(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && tensor.is_contiguous();

    public static bool Takes(AdamWUpdate update) =>
        Takes(update.Parameter) && Takes(update.Mean) && Takes(update.Square)
        && update.Gradient.device_type == DeviceType.CPU && update.Gradient.dtype == ScalarType.Float32;

    public static void Apply(CpuKernels kernels, IReadOnlyList<AdamWUpdate> updates, AdamWRates rates)
    {
        var runs = Runs(updates.Select(update => update.Parameter.numel()));
        new UpdateTask(kernels, rates, runs, [.. updates.Select(update => Pointers.Of(kernels.Torch, update))]).Run();
    }

    public static double Norm(CpuKernels kernels, IReadOnlyList<Tensor> gradients)
    {
        var runs = Runs(gradients.Select(gradient => gradient.numel()));
        var task = new NormTask(kernels, runs, [.. gradients.Select(gradient => (nint)kernels.Torch.Pointer(gradient))]);
        return task.Run();
    }

    private static List<Part> Runs(IEnumerable<long> sizes)
    {
        var runs = new List<Part>();
        foreach (var (index, size) in sizes.Index())
        {
            for (var start = 0L; start < size; start += RunLength)
            {
                runs.Add(new Part(index, start, Math.Min(RunLength, size - start)));
            }
        }

        return runs;
    }

    /// <summary>Some numbers of one tensor.</summary>
    private readonly record struct Part(int Tensor, long Start, long Count);

    private readonly struct Pointers
    {
        public AdamWUpdate Update { get; private init; }

        public nint Parameter { get; private init; }

        public nint Gradient { get; private init; }

        public nint Mean { get; private init; }

        public nint Square { get; private init; }

        public static Pointers Of(TorchLibrary torch, AdamWUpdate update) => new()
        {
            Update = update,
            Parameter = (nint)torch.Pointer(update.Parameter),
            Gradient = (nint)torch.Pointer(update.Gradient.contiguous()),
            Mean = (nint)torch.Pointer(update.Mean),
            Square = (nint)torch.Pointer(update.Square),
        };
    }

    private sealed class UpdateTask(CpuKernels kernels, AdamWRates rates, List<Part> runs, Pointers[] pointers) : WorkerTask
    {
        private readonly AdamWKernel _kernel = AdamWKernel.Create(kernels.Lanes);

        public void Run() => Run(kernels.Torch, runs.Count, get_num_threads());

        protected override void Run(int part, int worker)
        {
            var (tensor, start, count) = runs[part];
            var at = pointers[tensor];
            _kernel.Update(
                rates, at.Update, (float*)at.Parameter + start, (float*)at.Gradient + start, (float*)at.Mean + start,
                (float*)at.Square + start,
                count);
        }
    }

    private sealed class NormTask(CpuKernels kernels, List<Part> runs, nint[] pointers) : WorkerTask
    {
        private readonly AdamWKernel _kernel = AdamWKernel.Create(kernels.Lanes);

        private readonly double[] _sums = new double[runs.Count];

        public double Run()
        {
            Run(kernels.Torch, runs.Count, get_num_threads());
            return Math.Sqrt(_sums.Sum());
        }

        protected override void Run(int part, int worker)
        {
            var (tensor, start, count) = runs[part];
            _sums[part] = _kernel.SumOfSquares((float*)pointers[tensor] + start, count);
        }
    }
}
