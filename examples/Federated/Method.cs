using LibMoE.Runtime;
using static Federated.MethodNames;

namespace Federated;

/// <summary>A way to come to models for four hospitals.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Say">With a seed, what it says of each hospital's test rows.</param>
internal sealed record Method(string Name, Func<Hospitals, long, IReadOnlyList<int[]>> Say)
{
    /// <summary>FLamby's: batches of 4, 15 rounds of 100 steps of plain SGD. AdamW is that where it keeps no mean of gradients and ε is far
    /// above them: θ ← θ − (η/ε)·g.</summary>
    private static TrainingConfig Sgd(double rate) => new()
    {
        Steps = 100,
        Batch = 4,
        Beta1 = 0,
        Epsilon = 1e6,
        LearningRate = rate * 1e6,
        WeightDecay = 0,
        Clip = 0,
    };

    /// <summary>FLamby's for one place: Adam, 50 epochs of batches of 4.</summary>
    private static TrainingConfig Adam(ClassifierData data) => new()
    {
        Steps = 50 * ((data.Train.Count + 3) / 4),
        Batch = 4,
        Beta2 = 0.999,
        LearningRate = 0.001,
        WeightDecay = 0,
        Clip = 0,
    };

    private static TrainingConfig OfMixture { get; } = new() { Steps = 25, Batch = 16, LearningRate = 0.003 };

    private static MoeVariant Mixture => MoeVariant.Of<HeartMoe>();

    /// <summary>The table, in order.</summary>
    /// <param name="plain">FedAvg of as many rounds as there are to be; FLamby has 15.</param>
    public static IReadOnlyList<Method> All(FederatedOptions plain) =>
    [
        new(MethodNames.Constant, (hospitals, _) => [.. hospitals.Each.Select(Constant)]),
        new("local only", (hospitals, seed) => [.. hospitals.Each.Select(data => Alone(data, Adam(data), null, seed, 1).Say(data.Test))]),
        Federation(FlambysFedAvg, Sgd(0.001), plain),
        Federation(FedProx, Sgd(0.001), plain with { Strategy = FederatedStrategy.FedProx, Proximal = 0.01 }),
        Federation(FedAdam, Sgd(0.01), plain with { Strategy = FederatedStrategy.FedAdam, ServerRate = 0.01 }),
        Federation(FedAvg, Sgd(0.01), plain),
        Federation(OwnBias, Sgd(0.01), plain with { Local = LocalParts.Bias }),
        Federation($"{FedAvg}, noise z = 1", Sgd(0.01), plain with { Clip = 0.3, Noise = 1 }),
        new("pooled", (hospitals, seed) => Parts(hospitals, Alone(hospitals.Pooled, Adam(hospitals.Pooled), null, seed, 1))),
        new("mixture, local only", (hospitals, seed) =>
            [.. hospitals.Each.Select(data => Alone(data, OfMixture, Mixture, seed, plain.Rounds).Say(data.Test))]),
        Federation(MethodNames.Mixture, OfMixture, plain, Mixture),
        Federation(MixtureOwnExperts, OfMixture, plain, MoeVariant.Of<OwnExperts>()),
        Federation(MixtureOwnRouter, OfMixture, plain, MoeVariant.Of<OwnRouter>()),
        Federation(MixtureOwnBiases, OfMixture, plain with { Local = LocalParts.Bias }, Mixture),
        new("mixture, pooled", (hospitals, seed) => Parts(
            hospitals, Alone(hospitals.Pooled, OfMixture with { Steps = 4 * OfMixture.Steps }, Mixture, seed, plain.Rounds))),
    ];

    private static Method Federation(string name, TrainingConfig training, FederatedOptions options, MoeVariant? mixture = null) =>
        new(name, (hospitals, seed) =>
        {
            var learners = hospitals.Each.Select(data => Learner(data, training, mixture, seed)).ToList();
            try
            {
                // What is said of noise is the server's here: members send their changes as they are.
                var member = options with { Clip = 0, Noise = 0 };
                _ = LibMoE.Runtime.Federation.Run(
                    [.. learners.Zip(hospitals.Each, (learner, data) => new FederatedMember(
                        learner, training with { Seed = seed }, member with { Name = data.Name }))], options);
                return [.. learners.Zip(hospitals.Each, (learner, data) => ((HeartNet)learner.Model).Say(data.Test))];
            }
            finally
            {
                learners.ForEach(learner => learner.Dispose());
            }
        });

    /// <summary>A federation of one.</summary>
    private static HeartNet Alone(ClassifierData data, TrainingConfig training, MoeVariant? mixture, long seed, int rounds)
    {
        var learner = Learner(data, training, mixture, seed);
        _ = LibMoE.Runtime.Federation.Run(
            [new FederatedMember(learner, training with { Seed = seed })], new FederatedOptions { Rounds = rounds, Members = 1 });
        return (HeartNet)learner.Model;
    }

    private static ClassifierLearner Learner(ClassifierData data, TrainingConfig training, MoeVariant? mixture, long seed) =>
        HeartNet.Learner(new LearnerSetup(mixture, training with { Seed = seed }), data);

    private static int[] Constant(ClassifierData data) =>
        [.. Enumerable.Repeat(2 * data.Train.Labels.Sum() > data.Train.Count ? 1 : 0, data.Test.Count)];

    /// <summary>What one model says of all test rows, by hospital.</summary>
    private static int[][] Parts(Hospitals hospitals, HeartNet net)
    {
        var (said, begin) = (net.Say(hospitals.Pooled.Test), 0);
        return [.. hospitals.Each.Select(data => said[begin..(begin += data.Test.Count)])];
    }
}
