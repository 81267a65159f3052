namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>Where the gradients of a group's parameters go; null: not wanted.</summary>
internal readonly unsafe struct ExpertGradients(float* up, float* down, float* upBias)
{
    public float* Up { get; } = up;

    public float* Down { get; } = down;

    public float* UpBias { get; } = upBias;

    /// <summary>The numbers of one expert's gradients side by side.</summary>
    public static long Size(FusedCall call) => (long)call.Dim * call.Width + (long)call.Hidden * call.Output + call.Width;

    /// <summary>The same wants as this, one expert's size, side by side in other memory.</summary>
    public ExpertGradients Partial(FusedCall call, float* memory)
    {
        var down = memory + (long)call.Dim * call.Width;
        return new(Up is null ? null : memory, Down is null ? null : down, UpBias is null ? null : down + (long)call.Hidden * call.Output);
    }

    /// <summary>The part of one expert.</summary>
    public ExpertGradients Of(FusedCall call, int expert) => new(
        Up is null ? null : Up + (long)expert * call.Dim * call.Width,
        Down is null ? null : Down + (long)expert * call.Hidden * call.Output,
        UpBias is null ? null : UpBias + (long)expert * call.Width);

    /// <summary>Adds one expert's partial sums to its gradients.</summary>
    public void Add(FusedCall call, ExpertGradients partial)
    {
        Add(call, Up, partial.Up, (long)call.Dim * call.Width);
        Add(call, Down, partial.Down, (long)call.Hidden * call.Output);
        Add(call, UpBias, partial.UpBias, call.Width);
    }

    /// <summary>Sets one expert's gradients to 0.</summary>
    public void Clear(FusedCall call)
    {
        Clear(Up, (long)call.Dim * call.Width);
        Clear(Down, (long)call.Hidden * call.Output);
        Clear(UpBias, call.Width);
    }

    private static void Add(FusedCall call, float* target, float* source, long count)
    {
        if (target is not null)
        {
            call.Kernels.Rows.Add(source, target, count);
        }
    }

    private static void Clear(float* target, long count)
    {
        if (target is not null)
        {
            new Span<float>(target, checked((int)count)).Clear();
        }
    }
}
