using LibMoE.Runtime;

namespace Federated;

/// <summary>A way to come to models for members with skewed labels.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Say">With a seed, what each member's model says of the held-out pictures.</param>
internal sealed record SkewMethod(string Name, Func<SkewedGarments, long, IReadOnlyList<int[]>> Say)
{
    private const int Batch = 32;

    private static MoeVariant Mixture => MoeVariant.Of<GarmentMoe>();

    /// <summary>The table, in order.</summary>
    /// <param name="plain">FedAvg, with as many rounds as there are to be, each of one epoch of every member.</param>
    public static IReadOnlyList<SkewMethod> All(FederatedOptions plain) =>
    [
        Federation(SkewCriterion.DenseFedAvg, plain, null),
        new("Dense, local only", (garments, seed) => [.. garments.Each.Select(data => Alone(garments, data, null, seed, plain.Rounds))]),
        Pooled("Dense", null, SkewCriterion.Epochs),
        Federation(SkewCriterion.MixtureFedAvg, plain, Mixture),
        Federation("mixture, FedProx, μ .1", plain with { Strategy = FederatedStrategy.FedProx, Proximal = 0.1 }, Mixture),
        Federation("mixture, experts and router local", plain with { Local = LocalParts.Experts | LocalParts.Router }, Mixture),
        Federation("mixture, head local", plain with { LocalNames = "head" }, Mixture),
        new("mixture, local only", (garments, seed) =>
            [.. garments.Each.Select(data => Alone(garments, data, Mixture, seed, plain.Rounds))]),
        Pooled("mixture", Mixture, SkewCriterion.Epochs),
        Pooled("mixture", Mixture, plain.Rounds),
    ];

    private static SkewMethod Federation(string name, FederatedOptions options, MoeVariant? mixture) => new(name, (garments, seed) =>
    {
        var learners = garments.Each.Select(data => Learner(data, mixture, seed)).ToList();
        try
        {
            _ = LibMoE.Runtime.Federation.Run(
                [.. learners.Zip(garments.Each, (learner, data) => new FederatedMember(
                    learner, Epoch(data, seed), options with { Name = data.Name }))], options);
            return [.. learners.Select(learner => ((GarmentNet)learner.Model).Say(garments.All.Test))];
        }
        finally
        {
            learners.ForEach(learner => learner.Dispose());
        }
    });

    /// <summary>One model for all members, of all data: the same however these are divided.</summary>
    private static SkewMethod Pooled(string net, MoeVariant? mixture, int epochs)
    {
        var known = new Dictionary<long, int[]>();
        return new SkewMethod(SkewCriterion.Pooled(net, epochs), (garments, seed) =>
        {
            var said = known.TryGetValue(seed, out var before) ? before : Alone(garments, garments.All, mixture, seed, epochs);
            known[seed] = said;
            return [.. Enumerable.Repeat(said, garments.Each.Count)];
        });
    }

    /// <summary>A federation of one.</summary>
    private static int[] Alone(SkewedGarments garments, ClassifierData data, MoeVariant? mixture, long seed, int rounds)
    {
        using var learner = Learner(data, mixture, seed);
        _ = LibMoE.Runtime.Federation.Run(
            [new FederatedMember(learner, Epoch(data, seed))], new FederatedOptions { Rounds = rounds, Members = 1 });
        return ((GarmentNet)learner.Model).Say(garments.All.Test);
    }

    private static TrainingConfig Epoch(ClassifierData data, long seed) => new()
    {
        Steps = (data.Train.Count + Batch - 1) / Batch,
        Batch = Batch,
        LearningRate = 0.001,
        WeightDecay = 0,
        Seed = seed,
    };

    private static ClassifierLearner Learner(ClassifierData data, MoeVariant? mixture, long seed)
    {
        TorchSharp.torch.random.manual_seed(seed);
        var setup = new LearnerSetup(mixture, Epoch(data, seed)) { Matched = MoeVariant.Of<GarmentMoe>().Declaration };
        return new ClassifierLearner(setup, data, new GarmentNet(setup, data));
    }
}
