namespace LibMoE.Runtime.Kernels.Cpu;

/// <summary>Gate weights between the order of the picks and the order of the rows.</summary>
internal static unsafe class PickWeights
{
    /// <summary>target[r] = weights[pick[r]]; null where there are no weights.</summary>
    public static float* Gather(float* weights, int* pick_N, int rows, float* target)
    {
        if (weights is null)
        {
            return null;
        }

        for (var r = 0; r < rows; r++)
        {
            target[r] = weights[pick_N[r]];
        }

        return target;
    }

    /// <summary>Spreads one number per row over the picks; picks without a row get 0.</summary>
    public static void Scatter(float* rows_N, int* pick_N, int rows, Span<float> target_P)
    {
        target_P.Clear();
        for (var r = 0; r < rows; r++)
        {
            target_P[pick_N[r]] = rows_N[r];
        }
    }
}
