using LibMoE.Runtime.Kernels.Lanes;

namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>Moving and adding rows, for one vector width and element type.</summary>
internal abstract unsafe class RowKernels
{
    /// <summary>target[r, :] = source[pick[r] / picksPerRow, :], converted to the element type.</summary>
    public abstract void Gather(float* source, int* pick, int picksPerRow, int rows, int width, void* target);

    /// <summary>target[r, :] = row, converted to the element type.</summary>
    public abstract void Fill(float* row, int rows, int width, void* target);

    /// <summary>sum[:] += Σ_r source[r, :], in the order of the rows.</summary>
    public abstract void AddRows(void* source, int rows, int width, float* sum);

    /// <summary>target[i] += source[i]; float32.</summary>
    public abstract void Add(float* source, float* target, long count);

    /// <summary>target[i] = source[i], rounded to bfloat16.</summary>
    public abstract void Shorten(float* source, ushort* target, long count);

    /// <summary>target[i] = source[i], which is bfloat16.</summary>
    public abstract void Widen(ushort* source, float* target, long count);

    /// <summary>
    /// target[t, :] = Σ_k source[row[t, k] − start, :] over the rows in [start, end), always in the order of k; 0 where there is none.
    /// </summary>
    public abstract void SumPicks(void* source, int* row_TK, int picks, int start, int end, int from, int to, int width, float* target);
}

/// <inheritdoc/>
internal sealed unsafe class RowKernels<TLanes, TElement> : RowKernels
    where TLanes : struct, ILanes<TLanes>
    where TElement : struct, IElement
{
    public override void Gather(float* source, int* pick, int picksPerRow, int rows, int width, void* target)
    {
        for (var r = 0; r < rows; r++)
        {
            Convert(source + (long)(pick[r] / picksPerRow) * width, (byte*)target + (long)r * width * TElement.Size, width);
        }
    }

    public override void Fill(float* row, int rows, int width, void* target)
    {
        for (var r = 0; r < rows; r++)
        {
            Convert(row, (byte*)target + (long)r * width * TElement.Size, width);
        }
    }

    public override void AddRows(void* source, int rows, int width, float* sum)
    {
        for (var r = 0; r < rows; r++)
        {
            var row = (byte*)source + (long)r * width * TElement.Size;
            var i = 0;
            for (; i <= width - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Load(sum + i) + TElement.Load<TLanes>(row, i), sum + i);
            }

            for (; i < width; i++)
            {
                SingleLane.Store(SingleLane.Load(sum + i) + TElement.Load<SingleLane>(row, i), sum + i);
            }
        }
    }

    public override void Add(float* source, float* target, long count)
    {
        var i = 0L;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Load(target + i) + TLanes.Load(source + i), target + i);
        }

        for (; i < count; i++)
        {
            target[i] += source[i];
        }
    }

    public override void Shorten(float* source, ushort* target, long count)
    {
        var i = 0L;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.StoreBFloat16(TLanes.Load(source + i), target + i);
        }

        for (; i < count; i++)
        {
            SingleLane.StoreBFloat16(SingleLane.Load(source + i), target + i);
        }
    }

    public override void Widen(ushort* source, float* target, long count)
    {
        var i = 0L;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.LoadBFloat16(source + i), target + i);
        }

        for (; i < count; i++)
        {
            SingleLane.Store(SingleLane.LoadBFloat16(source + i), target + i);
        }
    }

    public override void SumPicks(void* source, int* row_TK, int picks, int start, int end, int from, int to, int width, float* target)
    {
        var rows = stackalloc byte*[picks];
        for (var t = from; t < to; t++)
        {
            var found = 0;
            for (var k = 0; k < picks; k++)
            {
                var row = row_TK[(long)t * picks + k];
                if (row >= start && row < end)
                {
                    rows[found++] = (byte*)source + (long)(row - start) * width * TElement.Size;
                }
            }

            var sum = target + (long)t * width;
            var i = 0;
            for (; i <= width - TLanes.Count; i += TLanes.Count)
            {
                TLanes.Store(SumAt<TLanes>(rows, found, i), sum + i);
            }

            for (; i < width; i++)
            {
                SingleLane.Store(SumAt<SingleLane>(rows, found, i), sum + i);
            }
        }
    }

    private static T SumAt<T>(byte** rows, int count, int i)
        where T : struct, ILanes<T>
    {
        if (count == 0)
        {
            return T.Broadcast(0f);
        }

        var sum = TElement.Load<T>(rows[0], i);
        for (var k = 1; k < count; k++)
        {
            sum += TElement.Load<T>(rows[k], i);
        }

        return sum;
    }

    private static void Convert(float* source, void* target, int width)
    {
        var i = 0;
        for (; i <= width - TLanes.Count; i += TLanes.Count)
        {
            TElement.Store(target, i, TLanes.Load(source + i));
        }

        for (; i < width; i++)
        {
            TElement.Store(target, i, SingleLane.Load(source + i));
        }
    }
}
