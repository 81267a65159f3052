using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>Four hospitals in a federation, as a user runs them.</summary>
public sealed partial class FederatedTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task The_quick_version_shows_federations_beside_a_constant_each_alone_and_all_data_in_one_place()
    {
        Skip.IfNot(IsThere, "fed_heart/processed.va.data is in no data folder of this machine.");

        var ended = await _session.Run("Federated", "--quick");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.All(
            ["constant", "local only", "FedAvg, rate .001", "FedAdam, rate .01", "pooled", "mixture, FedAvg", "mixture, experts local"],
            method => Assert.Matches($@"(?m)^{Regex.Escape(method)}(\s+\d\.\d{{3}} ± \d\.\d{{3}}){{6}}", ended.Output));
        var text = Words(ended);
        Assert.Matches("FLamby publishes: not (to be told from one seed|measured without FLamby's split)", text);
        Assert.Matches(
            @"of all rows\. FedAvg, rate \.01, bias local [+−]0\.\d{3} \(one seed\): (reached|missed); mixture, experts local [+−]0", text);
        Assert.Matches(
            @"below its constant\. FedAvg, rate \.01, bias local [+−]0\.\d{3} \(one seed\) at [a-z]+: (reached|missed); mixture,", text);
    }

    [SkippableFact]
    public async Task Processes_join_a_federation_over_the_network_and_keep_their_experts()
    {
        Skip.IfNot(IsThere, "fed_heart/processed.va.data is in no data folder of this machine.");
        var joined = new List<Task<Ended>>();
        string[] training = ["--variant", "HeartMoe", "--local", "Experts", "--steps", "5", "--batch", "8", "--learning-rate", "0.01"];

        var led = await _session.Run(
            "Federated", ["federate", "--members", "2", "--rounds", "2", "--port", "0"], ("Leading a federation at ", Join));
        var members = await Task.WhenAll(joined);

        Assert.Empty(led.Errors);
        Assert.Equal(0, led.ExitCode);
        Assert.Matches(@"(?m)^round 2: 2 members, held-out loss \d\.\d{4}, accuracy \d\.\d{3}", led.Output);
        Assert.All(members, member => Assert.Empty(member.Errors));
        Assert.Contains("cleveland has 199 examples and shares", members[0].Output, StringComparison.Ordinal);
        Assert.All(members, member => Assert.Contains(
            "The federation is over after 2 rounds here.", member.Output, StringComparison.Ordinal));

        void Join(System.Diagnostics.Process leader, string line)
        {
            var address = Address().Match(line).Value;
            joined.AddRange(new[] { "cleveland", "va" }.Select(hospital => _session.Run(
                "Federated", ["join", "--server", address, "--hospital", hospital, "--name", hospital, .. training])));
        }
    }

    [SkippableFact]
    public async Task The_quick_version_with_skewed_labels_shows_federations_beside_each_alone_and_all_data_in_one_place()
    {
        const string Images = "fashion_mnist/test-images-idx3-ubyte.gz";
        Skip.IfNot(IsShared(Images), $"{Images} is in no data folder of this machine.");

        var ended = await _session.Run("Federated", "skew", "--quick", "--members", "4", "--alpha", "0.1");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.All(
            ["Dense, FedAvg", "mixture, FedAvg", "mixture, experts and router local", "mixture, local only", "mixture, pooled, 8 epochs"],
            method => Assert.Matches($@"(?m)^{Regex.Escape(method)}(\s+\d\.\d{{3}} ± \d\.\d{{3}}){{2}}", ended.Output));
        Assert.Matches(
            @"in one place, of all kinds\. Dense, FedAvg [+−]0\.\d{3} \(one seed\): (reached|missed); mixture, FedAvg [+−]0", Words(ended));
    }

    [Fact]
    public async Task An_alpha_that_is_no_number_is_refused()
    {
        var ended = await _session.Run("Federated", "skew", "--alpha", "some");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(
            ["error: --alpha (Skew:Alpha) is 'some'; it must be numbers from 0.01 to 1000000 with commas between."], ended.Errors);
    }

    [Fact]
    public async Task A_hospital_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var ended = await _session.Run("Federated", "join", "--hospital", "mars");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(
            ["error: --hospital (Hospital) is 'mars'; it must be one of cleveland, hungarian, switzerland, va."], ended.Errors);
    }

    /// <summary>What it said, whatever the width of the console.</summary>
    private static string Words(Ended ended) => Gaps().Replace(ended.Output, " ");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Gaps();

    /// <summary>Beside the checkout, where a program looks too, whatever LIBMOE_DATA says.</summary>
    private static bool IsThere => IsShared("fed_heart/processed.va.data");

    private static bool IsShared(string file) => File.Exists(Path.Combine(Repository.Root, "..", "shared", "data", file));

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/")]
    private static partial Regex Address();
}
