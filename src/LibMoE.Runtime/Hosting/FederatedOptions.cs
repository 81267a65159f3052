using System.Net;

namespace LibMoE.Runtime;

/// <summary>How a learner joins a federation, and how one is led; configuration section <c>Federated</c>.</summary>
public sealed record FederatedOptions
{
    /// <summary>The server to join.</summary>
    public string Server { get; init; } = "http://127.0.0.1:8080";

    /// <summary>What the server calls this member; empty takes the machine's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The parts of the model that stay here.</summary>
    public LocalParts Local { get; init; }

    /// <summary>Further parameters that stay here, by the beginnings of their names in whole words, separated by commas.</summary>
    public string LocalNames { get; init; } = "";

    /// <summary>The address to lead a federation at. What goes over it is neither encrypted nor asks who joins.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>How many rounds.</summary>
    public int Rounds { get; init; } = 10;

    /// <summary>How many members the first round waits for; further ones take part from the round after they came.</summary>
    public int Members { get; init; } = 2;

    /// <summary>What becomes of their parameters.</summary>
    public FederatedStrategy Strategy { get; init; } = FederatedStrategy.FedAvg;

    /// <summary>μ of FedProx.</summary>
    public double Proximal { get; init; } = 0.01;

    /// <summary>η of FedAdam.</summary>
    public double ServerRate { get; init; } = 0.01;

    /// <summary>β₁ of FedAdam.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂ of FedAdam.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>τ of FedAdam, which keeps steps of small changes small.</summary>
    public double Tau { get; init; } = 1e-3;

    /// <summary>For how many seconds a member may leave a request unanswered, and may look for a server.</summary>
    public double Patience { get; init; } = 600;

    /// <summary>The longest that a member's change of all shared parameters may be, S; a longer one is cut to it. 0 leaves it.</summary>
    public double Clip { get; init; }

    /// <summary>Noise z: the standard deviation of what is added to every number of a change is z·S. 0 adds none.</summary>
    public double Noise { get; init; }

    /// <summary>δ, for which ε is stated where there is noise.</summary>
    public double Delta { get; init; } = 1e-5;

    /// <summary>Everything that is wrong, one sentence each.</summary>
    internal IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(Uri.TryCreate(Server, UriKind.Absolute, out var server) && server.Scheme is "http" or "https", nameof(Server), Server,
            "be an address such as http://127.0.0.1:8080");
        Require(IPAddress.TryParse(Address, out _), nameof(Address), Address, "be an IP address such as 127.0.0.1");
        Require(Port is >= 0 and <= 65535, nameof(Port), Port, "be from 0 to 65535");
        Require(Rounds >= 1, nameof(Rounds), Rounds, "be at least 1");
        Require(Members >= 1, nameof(Members), Members, "be at least 1");
        Require(Proximal >= 0 && double.IsFinite(Proximal), nameof(Proximal), Proximal, "be at least 0");
        Require(ServerRate > 0 && double.IsFinite(ServerRate), nameof(ServerRate), ServerRate, "be above 0");
        Require(Beta1 is >= 0 and < 1, nameof(Beta1), Beta1, "be from 0 to below 1");
        Require(Beta2 is >= 0 and < 1, nameof(Beta2), Beta2, "be from 0 to below 1");
        Require(Tau > 0 && double.IsFinite(Tau), nameof(Tau), Tau, "be above 0");
        Require(Patience > 0 && double.IsFinite(Patience), nameof(Patience), Patience, "be above 0");
        Require(Clip >= 0 && double.IsFinite(Clip), nameof(Clip), Clip, "be above 0, or 0 for no clipping");
        Require(Noise >= 0 && double.IsFinite(Noise), nameof(Noise), Noise, "be above 0, or 0 for no noise");
        Require(
            Noise == 0 || Clip > 0, nameof(Noise), Noise, "be 0 where Federated:Clip is 0: without a longest change, no noise hides one");
        Require(Delta is > 0 and < 1, nameof(Delta), Delta, "be between 0 and 1");
        return problems;

        void Require(bool holds, string key, object value, string allowed)
        {
            if (!holds)
            {
                problems.Add(FormattableString.Invariant($"Federated:{key} is {value}; it must {allowed}."));
            }
        }
    }
}
