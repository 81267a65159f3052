namespace LibMoE.Runtime.Kernels.Matmul;

/// <summary>What a product does with the memory it goes to.</summary>
internal enum Store
{
    /// <summary>Writes over what is there, which need not be numbers.</summary>
    Over,

    /// <summary>Adds to the numbers that are there.</summary>
    Added,

    /// <summary>Writes over it past the caches, where that can be done: for results that fill more than the caches and are
    /// read much later.</summary>
    Streamed,
}
