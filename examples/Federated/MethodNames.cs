namespace Federated;

/// <summary>The methods that something is asked for of.</summary>
internal static class MethodNames
{
    public const string Constant = "constant";

    public const string FlambysFedAvg = "FedAvg, rate .001";
    public const string FedProx = "FedProx, rate .001";
    public const string FedAdam = "FedAdam, rate .01";

    public const string FedAvg = "FedAvg, rate .01";
    public const string OwnBias = $"{FedAvg}, bias local";

    public const string Mixture = "mixture, FedAvg";
    public const string MixtureOwnExperts = "mixture, experts local";
    public const string MixtureOwnRouter = "mixture, router local";
    public const string MixtureOwnBiases = "mixture, biases local";
}
