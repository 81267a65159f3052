namespace LibMoE.Serving.Engine;

/// <summary>There is no place to wait.</summary>
/// <param name="most">How many texts may run and wait.</param>
internal sealed class TooManyRequestsException(int most)
    : Exception($"{most} requests run or wait already, which is as many as may; try again in a moment.");
