using LibMoE.Runtime;

namespace LibMoE.Federated.Rules;

/// <summary>What a server does with the mean of what members came back with. All shared numbers, P of them, are one row.</summary>
internal abstract class ServerRule
{
    /// <summary>What members are told with each round, by Flower's names.</summary>
    public virtual IReadOnlyDictionary<string, double> Config { get; } = new Dictionary<string, double>();

    /// <summary>The parameters of the next round.</summary>
    /// <param name="current_P">Those that the round began with.</param>
    /// <param name="mean_P">The mean of those that members ended with.</param>
    public abstract double[] Next(double[] current_P, double[] mean_P);

    /// <summary>The rule of a strategy.</summary>
    public static ServerRule Of(FederatedOptions options) => options.Strategy switch
    {
        FederatedStrategy.FedProx => new FedProx(options.Proximal),
        FederatedStrategy.FedAdam => new FedAdam(options.ServerRate, options.Beta1, options.Beta2, options.Tau),
        _ => new FedAvg(),
    };
}
