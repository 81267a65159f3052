namespace LibMoE.Runtime.Analysis.Metrics;

/// <summary>A mean that grows value by value, so that a text of any length takes the same memory.</summary>
internal sealed class RunningMean
{
    private double _sum;
    private long _count;

    /// <summary>The mean of what was added; null before the first value.</summary>
    public double? Value => _count == 0 ? null : _sum / _count;

    public void Add(double value)
    {
        _sum += value;
        _count++;
    }
}
