using LibMoE.Federated.Arrays;
using LibMoE.Federated.Rounds;
using LibMoE.Federated.Rules;
using LibMoE.Runtime;

namespace LibMoE.Federated.Members;

/// <summary>A member in this process.</summary>
/// <param name="member">The member.</param>
internal sealed class LocalMember(FederatedMember member) : IRoundMember
{
    /// <inheritdoc />
    public string Name => member.Name;

    /// <inheritdoc />
    public Task<IReadOnlyList<NpyArray>> ParametersAsync(CancellationToken stop) => Task.FromResult(member.Parameters());

    /// <inheritdoc />
    public Task<FitAnswer> FitAsync(
        int round, IReadOnlyList<NpyArray> begin, IReadOnlyDictionary<string, double> config, CancellationToken stop) =>
        Try(() => member.Fit(begin, config.GetValueOrDefault(FedProx.Key), stop));

    /// <inheritdoc />
    public Task<MeasureAnswer> MeasureAsync(int round, IReadOnlyList<NpyArray> parameters, CancellationToken stop) =>
        Try(() => member.Measure(parameters));

    private static Task<T> Try<T>(Func<T> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception failure) when (failure is InvalidDataException or TrainingFailedException)
        {
            return Task.FromException<T>(new MemberFailedException(failure.Message));
        }
    }
}
