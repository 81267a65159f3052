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
