using static TorchSharp.torch;

namespace LibMoE.Runtime.Common;

/// <summary>Sets libtorch's thread count, and gives the old one back when disposed.</summary>
internal sealed class ThreadCount : IDisposable
{
    private readonly int _before = get_num_threads();

    /// <summary>Sets the count.</summary>
    /// <param name="threads">Null leaves it.</param>
    public ThreadCount(int? threads) => set_num_threads(threads ?? _before);

    /// <inheritdoc />
    public void Dispose() => set_num_threads(_before);
}
