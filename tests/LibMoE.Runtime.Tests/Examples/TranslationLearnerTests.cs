using Translation;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What the learner of examples/Domains/Translation measures.</summary>
public sealed class TranslationLearnerTests
{
    private static readonly SentencePair[] Pairs =
        [new(0, "Hej", "Hi"), new(1, "Hoi daar", "Hi there"), new(2, "Hai", "Hi"), new(0, "Nej tack", "No thanks"), new(1, "Nee", "No")];

    [Fact]
    public void Each_token_has_its_language_and_padding_has_none()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var learner = Learner();
        learner.Model.eval();
        var scores = learner.Score(0, 2, new MoeContext { Losses = false });

        // Mark, letters, end; then, without its beginning, the translation.
        int[] source = [.. Enumerable.Repeat(0, 5), .. Enumerable.Repeat(-1, 5), .. Enumerable.Repeat(1, 10)];
        int[] target = [.. Enumerable.Repeat(0, 3), .. Enumerable.Repeat(-1, 6), .. Enumerable.Repeat(1, 9)];
        Assert.Equal([source, source, target, target], scores.Groups!);
        Assert.Equal([2 * 20, 2 * 20, 2 * 18, 2 * 18], [.. scores.Routings.Select(routing => routing.Weights.numel())]);
    }

    [Fact]
    public void The_other_source_is_the_next_one_of_the_language() =>
        Assert.Equal([3, 4, 2, 0, 1], Data().Others);

    [Fact]
    public void A_language_is_measured_by_its_sentences_alone()
    {
        var figures = TranslationFigures.Over(Pairs, ["Hi", "x", "y", "No thanks", "z"], [1, 2, 3, 4, 5], [1, 1, 1, 1, 1])
            .ToDictionary(metric => metric.Name);

        Assert.Equal(TranslationFigures.Metrics.Select(metric => metric.Name), figures.Keys);
        Assert.Equal(100, figures["chrF.Swedish"].Value, 9);
        Assert.Equal(0, figures["chrF.Dutch"].Value);
        Assert.Equal(0.4, figures["exact"].Value, 9);
        Assert.Equal(3, figures["source gain"].Value, 9);
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind()
    {
        using var learner = Learner();
        Step(learner, 0);
        var before = LiveTensors.Count;
        Step(learner, 4);

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void What_is_read_of_pairs_is_their_loss_as_it_is_scored_and_two_picks_of_each_token_that_is_no_padding()
    {
        using var scope = NewDisposeScope();
        using var learner = Learner();
        var before = LiveTensors.Count;
        var read = learner.Read(5, new MoeContext { Losses = false });
        Assert.Equal(before, LiveTensors.Count);

        using var quiet = no_grad();
        var scores = learner.Score(0, 5, new MoeContext { Losses = false });
        Assert.All(read.Losses_N.Zip(scores.Items[^1]), loss => Assert.Equal(loss.Second, loss.First, 1e-6));

        // Mark, letters, end; then, without its beginning, the translation.
        int[] source = [5, 10, 5, 10, 5], target = [3, 9, 3, 10, 3];
        Assert.Equal(4, read.Picks_BNE.Count);
        Assert.All(read.Picks_BNE.Index(), layer => Assert.Equal(
            (layer.Index < 2 ? source : target).Select(tokens => 2 * tokens), layer.Item.Select(picks_E => picks_E.Sum())));
    }

    [Fact]
    public void An_expert_that_is_taken_away_is_picked_nowhere_in_its_layer_and_the_layers_before_pick_as_they_did()
    {
        manual_seed(3);
        using var learner = Learner();
        var whole = learner.Read(5, new MoeContext { Losses = false });
        var away = learner.Read(5, new MoeContext { Losses = false, Reroute = new TakenAway(layer: 2, expert: 1, layers: 4).Reroute });

        Assert.Contains(whole.Picks_BNE[2], picks_E => picks_E[1] > 0);
        Assert.All(away.Picks_BNE[2], picks_E => Assert.Equal(0, picks_E[1]));
        Assert.Equal(whole.Picks_BNE[2].Select(picks_E => picks_E.Sum()), away.Picks_BNE[2].Select(picks_E => picks_E.Sum()));
        Assert.Equal(whole.Picks_BNE.Take(2), away.Picks_BNE.Take(2));
        Assert.NotEqual(whole.Losses_N, away.Losses_N);
    }

    [Fact]
    public void Readings_of_two_batches_stand_one_after_the_other()
    {
        var joined = PairReading.Joined([new([1, 2], [[[1, 0], [0, 1]], [[2, 0], [0, 2]]]), new([3], [[[3, 3]], [[4, 4]]])]);

        Assert.Equal([1, 2, 3], joined.Losses_N);
        Assert.Equal([[[1, 0], [0, 1], [3, 3]], [[2, 0], [0, 2], [4, 4]]], joined.Picks_BNE);
    }

    [Fact]
    public void A_language_s_expert_is_the_one_with_the_largest_share_of_its_picks_and_costs_are_means_over_pairs_of_a_language()
    {
        // Two layers of three experts; three pairs, of languages 0, 1, 1. No pair picked expert 2 of layer 1.
        int[] languages = [0, 1, 1];
        int[][][] picks_BNE = [[[4, 0, 4], [2, 3, 3], [2, 4, 2]], [[1, 7, 0], [7, 1, 0], [8, 0, 0]]];

        Assert.Equal([0.5, 0, 4.0 / 9], LanguageCosts.Shares(picks_BNE[0], languages, language: 0));
        Assert.Equal((1, 1, 0.875), LanguageCosts.MostOf(picks_BNE, languages, language: 0));
        Assert.Equal((0, 1, 1.0), LanguageCosts.MostOf(picks_BNE, languages, language: 1));

        // Differences of .25 and .75: mean .5, standard error √(2·.0625/1/2) = .25.
        var cost = LanguageCosts.Of([9, 1.25, 2.75], [1, 1, 2], languages, own => own == 1);
        Assert.Equal((0.5, 0.25), (cost.Mean, cost.StandardError));
    }

    private static void Step(TranslationLearner learner, long position)
    {
        using (var scope = NewDisposeScope())
        {
            var objective = learner.Learn(position, 4, MoeContext.None);
            objective.Loss.backward();
        }

        using (var scope = NewDisposeScope())
        {
            using var quiet = no_grad();
            learner.Score(0, 3, new MoeContext { Losses = false });
        }
    }

    private static TranslationLearner Learner() => new(
        new LearnerSetup(MoeVariant.Of<TranslatedMoe>(), new TrainingConfig { Batch = 4 }), Data());

    private static TranslationData Data()
    {
        var pieces = new Pieces(TokenizerTable.Create("bytes"));
        var encoded = EncodedPair.Of(Pairs, pieces);
        return new TranslationData(encoded, encoded, pieces);
    }
}
