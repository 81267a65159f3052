using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>Adds the rows of each output: every output is written by one thread, in the order of its picks,
/// so the sum never varies.</summary>
internal sealed unsafe class CombineTask(FusedCall call, int outputs, int picks, int width) : WorkerTask
{
    private const int PartRows = 128;

    /// <summary>For every pick its row among the plan's rows, or −1.</summary>
    public int* Row_P { get; init; }

    /// <summary>[N, width], the group's rows.</summary>
    public void* Source_NW { get; init; }

    /// <summary>Receives [outputs, width] float32.</summary>
    public float* Target { get; init; }

    public void Run() => Run(call.Torch, (outputs + PartRows - 1) / PartRows, call.Workers);

    protected override void Run(int part, int worker)
    {
        var from = part * PartRows;
        call.Kernels.Rows.SumPicks(
            Source_NW, Row_P, picks, call.Offsets_F1[0], call.Offsets_F1[^1], from, Math.Min(from + PartRows, outputs), width, Target);
    }
}
