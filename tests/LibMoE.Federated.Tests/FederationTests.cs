using LibMoE.Runtime;

namespace LibMoE.Federated.Tests;

/// <summary>Rounds in one process.</summary>
public sealed class FederationTests
{
    [Fact]
    public void One_round_of_FedAvg_is_the_mean_of_trainings_by_their_examples()
    {
        var begin = Samples.Member(1).Parameters();
        float[] Alone(int number) => [.. Samples.Member(number).Fit(begin, 0, default).Arrays.SelectMany(array => array.Values)];
        var (one, two) = (Alone(1), Alone(2));

        var result = Federation.Run([Samples.Member(1), Samples.Member(2)], new FederatedOptions { Rounds = 1 });

        // Members have 30 and 40 examples.
        Assert.All(Samples.Flat(result).Index(), place => Assert.Equal(
            (30 * one[place.Index] + 40 * two[place.Index]) / 70, place.Item, 1e-6));
        Assert.Equal([new MemberShare("m1", 30), new MemberShare("m2", 40)], result.Rounds[0].Members);
        Assert.Equal(2, result.Rounds[0].Measured.Count);
        Assert.Null(result.Epsilon);
    }

    [Fact]
    public void A_member_alone_learns()
    {
        var result = Federation.Run([Samples.Member(3)], new FederatedOptions { Rounds = 12 });

        Assert.True(result.Rounds[^1].Loss < result.Rounds[0].Loss - 0.05);
        Assert.True(result.Rounds[^1].Mean("accuracy") > 0.7);
    }

    [Theory]
    [InlineData(LocalParts.Experts, "experts")]
    [InlineData(LocalParts.Router, "router")]
    [InlineData(LocalParts.Bias, "bias")]
    [InlineData(LocalParts.Router | LocalParts.Experts, "mixture")]
    public void What_is_declared_local_stays_and_all_else_is_the_same_everywhere(LocalParts local, string word)
    {
        var options = new FederatedOptions { Rounds = 2, Local = local };
        List<ClassifierLearner> learners = [Samples.Learner(1, mixture: true), Samples.Learner(2, mixture: true)];
        List<FederatedMember> members = [.. learners.Select(learner => new FederatedMember(learner, Samples.Training, options))];

        _ = Federation.Run(members, options);

        foreach (var (name, first) in learners[0].Model.named_parameters())
        {
            var second = learners[1].Model.named_parameters().Single(entry => entry.name == name).parameter;
            Assert.Equal(!name.Split('.').Contains(word), first.eq(second).all().item<bool>());
            Assert.Equal(name.Split('.').Contains(word), !members[0].Shared.Contains(name));
        }
    }

    [Fact]
    public void A_layer_that_declares_what_stays_is_heard_beside_the_settings()
    {
        using var learner = Samples.Learner(1, MoeVariant.Of<SampleOwnRouter>(), seed: 0);

        var declared = new FederatedMember(learner, Samples.Training).Shared;
        var both = new FederatedMember(learner, Samples.Training, new FederatedOptions { Local = LocalParts.Bias }).Shared;

        Assert.Equal(
            ["embed.weight", "embed.bias", "head.weight", "head.bias", "ffn.mixture.experts.up", "ffn.mixture.experts.down"], declared);
        Assert.Equal(["embed.weight", "head.weight", "ffn.mixture.experts.up", "ffn.mixture.experts.down"], both);
    }

    [Fact]
    public void Names_keep_parameters_local_too()
    {
        var member = Samples.Member(1, new FederatedOptions { LocalNames = "head, ffn.mixture.router" }, mixture: true);

        Assert.Equal(["embed.weight", "embed.bias"], member.Shared.Take(2));
        Assert.DoesNotContain(member.Shared, name => name.StartsWith("head", StringComparison.Ordinal));
        Assert.Contains(member.Shared, name => name.StartsWith("ffn.mixture.experts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LocalParts.Experts, "", "Federated:Local is Experts; the model has no parameter of Experts.")]
    [InlineData(LocalParts.None, "tail", "Federated:LocalNames has 'tail', with which the name of no parameter begins.")]
    [InlineData(LocalParts.Bias, "head.weight", "Federated:Local and Federated:LocalNames keep every parameter; nothing is left to share.")]
    public void What_cannot_stay_is_refused(LocalParts local, string names, string message) => Assert.Equal(
        message,
        Assert.Throws<ConfigurationException>(() => Samples.Member(1, new FederatedOptions { Local = local, LocalNames = names })).Message);

    [Fact]
    public void A_member_whose_training_ends_in_nothing_finite_is_named_and_the_round_goes_on()
    {
        var broken = Samples.Member(2, training: Samples.Training with { LearningRate = 1e38 });
        var result = Federation.Run([Samples.Member(1), broken], new FederatedOptions { Rounds = 2 });

        Assert.All(result.Rounds, round => Assert.Equal(["m1"], round.Members.Select(member => member.Name)));
        Assert.All(result.Rounds, round => Assert.Equal("m2", Assert.Single(round.Refused).Name));
        Assert.All(Samples.Flat(result), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Order_of_examples_goes_on_from_round_to_round()
    {
        // Two rounds of one member end where one training of twice the steps does, if the optimiser keeps nothing between steps.
        var plain = Samples.Training with { Beta1 = 0, Epsilon = 1e6, LearningRate = 5e4 };
        var rounds = Federation.Run([Samples.Member(1, training: plain)], new FederatedOptions { Rounds = 2 });
        var once = Federation.Run(
            [Samples.Member(1, training: plain with { Steps = 2 * plain.Steps })], new FederatedOptions { Rounds = 1 });

        Assert.All(Samples.Flat(rounds).Zip(Samples.Flat(once)), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }
}
