using LibMoE.Federated.Arrays;

namespace LibMoE.Federated.Rounds;

/// <summary>A member as the one sees it who leads rounds, wherever it computes.</summary>
internal interface IRoundMember
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Asks for its parameters.</summary>
    /// <exception cref="MemberFailedException">It does not give them.</exception>
    Task<IReadOnlyList<NpyArray>> ParametersAsync(CancellationToken stop);

    /// <summary>Lets it train.</summary>
    /// <param name="round">The round, from 1.</param>
    /// <param name="begin">The parameters to begin with.</param>
    /// <param name="config">What the strategy tells it.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="MemberFailedException">It does not come back with parameters.</exception>
    Task<FitAnswer> FitAsync(int round, IReadOnlyList<NpyArray> begin, IReadOnlyDictionary<string, double> config, CancellationToken stop);

    /// <summary>Lets it measure parameters on data of its own.</summary>
    /// <param name="round">The round, from 1.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="MemberFailedException">It measures nothing.</exception>
    Task<MeasureAnswer> MeasureAsync(int round, IReadOnlyList<NpyArray> parameters, CancellationToken stop);
}

/// <summary>What training ended with.</summary>
/// <param name="Arrays">The shared parameters.</param>
/// <param name="Examples">How many examples they weigh.</param>
internal sealed record FitAnswer(IReadOnlyList<NpyArray> Arrays, long Examples);

/// <summary>What was measured.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Examples">On how many examples.</param>
/// <param name="Metrics">Other figures by name.</param>
internal sealed record MeasureAnswer(double Loss, long Examples, IReadOnlyDictionary<string, double> Metrics);
