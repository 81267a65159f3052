namespace LibMoE.Fuzz;

/// <summary>What a reader may not do.</summary>
/// <param name="target">The reader.</param>
/// <param name="input">What it was given.</param>
/// <param name="problem">What it did.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class FuzzFindingException(string target, byte[] input, string problem, Exception? cause = null)
    : Exception($"{target} {problem}, for the input {Convert.ToBase64String(input)}", cause);
