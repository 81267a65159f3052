using LibMoE.Runtime.Models;
using LibMoE.Runtime.Tests.Training;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models;

/// <summary>The loss that is taken in parts is the loss of all logits at once, with its gradients, and the logits never exist.</summary>
public sealed class HeadLossTests
{
    /// <summary>Four parts, the last of which is short.</summary>
    private const int Tokens = 23;
    private const int Part = 7;
    private const int Vocabulary = 50;
    private const int Dim = 6;

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, 0.25)]
    public void Loss_and_gradients_are_those_of_all_logits_in_float64(bool bias, double? scale)
    {
        using var scope = NewDisposeScope();
        var (hidden_TD, targets_T, head) = Inputs(bias, scale, ScalarType.Float64);
        Whole(hidden_TD, targets_T, head).Times(0.7).backward();
        var expected = Taken(hidden_TD, head);

        HeadLoss.Mean(hidden_TD, targets_T, head, Part).Times(0.7).backward();

        Assert.Equal(
            Whole(hidden_TD, targets_T, head).item<double>(), HeadLoss.Mean(hidden_TD, targets_T, head, Part).item<double>(), 1e-12);
        foreach (var (gradient, other) in Taken(hidden_TD, head).Zip(expected))
        {
            Assert.True(other.abs().max().item<double>() > 1e-6, "gradients of nearly 0 would show nothing");
            Assert.True((gradient - other).abs().max().item<double>() < 1e-14);
        }
    }

    [Fact]
    public void In_float32_they_are_those_of_float64_but_for_rounding()
    {
        using var scope = NewDisposeScope();
        var (hidden_TD, targets_T, head) = Inputs(bias: true, scale: null, ScalarType.Float32);
        var exact = head.With(head.Parameters.Select(parameter => parameter.detach().to(ScalarType.Float64).requires_grad_()));
        var exact_TD = hidden_TD.detach().to(ScalarType.Float64).requires_grad_();
        Whole(exact_TD, targets_T, exact).backward();

        HeadLoss.Mean(hidden_TD, targets_T, head, Part).backward();

        foreach (var (gradient, other) in Taken(hidden_TD, head).Zip(Taken(exact_TD, exact)))
        {
            Assert.True((gradient - other).abs().max().item<double>() < 1e-5 * other.abs().max().item<double>());
        }
    }

    [Fact]
    public void Only_what_is_trained_gets_a_gradient()
    {
        using var scope = NewDisposeScope();
        var (hidden_TD, targets_T, head) = Inputs(bias: true, scale: null, ScalarType.Float32);
        head.Weight_VD.requires_grad = false;

        HeadLoss.Mean(hidden_TD, targets_T, head, Part).backward();

        Assert.Null(head.Weight_VD.grad);
        Assert.NotNull(head.Bias_V!.grad);
        Assert.NotNull(hidden_TD.grad);
    }

    [Fact]
    public void Losses_of_single_tokens_are_those_of_all_logits()
    {
        using var scope = NewDisposeScope();
        var (hidden_TD, targets_T, head) = Inputs(bias: false, scale: null, ScalarType.Float64);
        var expected_T = NextTokenLoss.PerToken(head.Predict(hidden_TD).unsqueeze(0), targets_T.unsqueeze(0))[0];

        Assert.True((HeadLoss.Losses(hidden_TD, targets_T, head, Part) - expected_T).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Few_logits_are_not_cut_and_give_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(new ModelConfig { Vocabulary = 40, Dim = 16, Hidden = 32, Layers = 1, Heads = 2 }, seed: 1);
        var ids_SL = randint(0, 40, [2, 9], dtype: ScalarType.Int64);
        var targets_SL = randint(0, 40, [2, 9], dtype: ScalarType.Int64);
        Assert.False(HeadLoss.Cuts(18, 40));
        Assert.True(HeadLoss.Cuts(1_024, 50_000));

        Assert.Equal(
            NextTokenLoss.Mean(model.forward(ids_SL).Logits, targets_SL).item<float>(),
            model.Loss(ids_SL, targets_SL, MoeContext.None).Loss.item<float>());
    }

    [Fact]
    public void Only_labelled_tokens_are_in_the_loss_of_answers()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(
            new ModelConfig { Vocabulary = 40, Dim = 16, Hidden = 32, Layers = 1, Heads = 2 }, seed: 1, dtype: ScalarType.Float64);
        var ids_SL = randint(0, 40, [2, 9], dtype: ScalarType.Int64);
        var labels_SL = ids_SL.masked_fill(ids_SL.remainder(3).eq(0), AnswerLoss.Ignored);
        AnswerLoss.Mean(model.forward(ids_SL).Logits, labels_SL).backward();
        var expected = model.parameters().Select(parameter => parameter.grad!.clone()).ToList();
        model.zero_grad();

        var loss = model.LossOfAnswers(ids_SL, labels_SL, MoeContext.None).Loss;
        loss.backward();

        Assert.Equal(AnswerLoss.Mean(model.forward(ids_SL).Logits, labels_SL).item<double>(), loss.item<double>(), 1e-12);
        Assert.All(
            model.parameters().Zip(expected),
            pair => Assert.True((pair.First.grad! - pair.Second).abs().max().item<double>() < 1e-13));
        Assert.Equal(
            0, model.LossOfAnswers(ids_SL, full_like(ids_SL, AnswerLoss.Ignored), MoeContext.None).Loss.item<double>());
    }

    [Fact]
    public void A_second_pass_backward_gives_the_same_again()
    {
        using var scope = NewDisposeScope();
        var (hidden_TD, targets_T, head) = Inputs(bias: true, scale: null, ScalarType.Float64);
        var loss = HeadLoss.Mean(hidden_TD, targets_T, head, Part);
        loss.backward([], retain_graph: true);
        var first = Taken(hidden_TD, head);

        loss.backward();

        Assert.All(Taken(hidden_TD, head).Zip(first), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
    }

    [SkippableFact]
    public void A_step_takes_less_than_half_of_the_memory_that_it_takes_with_all_logits()
    {
        Skip.IfNot(PeakOfBackward.IsMeasurable, "Peaks of memory are measured on Linux.");

        var (whole, parts) = (PeakOfBackward.InAnotherProcess("logits"), PeakOfBackward.InAnotherProcess("parts"));

        // 1,024 tokens have 195 MiB of logits, as much of log-probabilities and as much of gradients.
        Assert.True(parts < whole / 2, $"{parts} KiB against {whole} KiB");
    }

    [Fact]
    public void Live_tensors_stay_as_many_as_before()
    {
        using var scope = NewDisposeScope();
        var (hidden_TD, targets_T, head) = Inputs(bias: true, scale: 2, ScalarType.Float32);
        Step();
        var before = LiveTensors.Count;
        for (var step = 0; step < 4; step++)
        {
            Step();
        }

        Assert.Equal(before, LiveTensors.Count);

        void Step()
        {
            using var ofStep = NewDisposeScope();
            HeadLoss.Mean(hidden_TD, targets_T, head, Part).backward();
        }
    }

    private static (Tensor Hidden_TD, Tensor Targets_T, Head Head) Inputs(bool bias, double? scale, ScalarType type)
    {
        using var draws = new Generator(3);
        var hidden_TD = randn([Tokens, Dim], type, generator: draws).requires_grad_();
        var targets_T = randint(0, Vocabulary, [Tokens], ScalarType.Int64, generator: draws);
        var weight_VD = randn([Vocabulary, Dim], type, generator: draws).requires_grad_();
        var bias_V = bias ? randn([Vocabulary], type, generator: draws).requires_grad_() : null;
        return (hidden_TD, targets_T, new Head(weight_VD, bias_V, scale));
    }

    private static Tensor Whole(Tensor hidden_TD, Tensor targets_T, Head head) =>
        NextTokenLoss.Mean(head.Predict(hidden_TD).unsqueeze(0), targets_T);

    /// <summary>The gradients, which are 0 afterwards.</summary>
    private static List<Tensor> Taken(Tensor hidden_TD, Head head) =>
    [
        .. new[] { hidden_TD }.Concat(head.Parameters).Select(leaf =>
        {
            var gradient = leaf.grad!.clone();
            leaf.grad!.zero_();
            return gradient;
        }),
    ];
}
