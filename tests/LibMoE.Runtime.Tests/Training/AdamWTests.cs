using LibMoE.Runtime.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = LibMoE.Runtime.Training.AdamW;

namespace LibMoE.Runtime.Tests.Training;

public class AdamWTests
{
    private static readonly TrainingConfig Config = new() { WeightDecay = 0.3, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6 };

    [Theory]
    [InlineData("blocks.0.attention.query.weight", true)]
    [InlineData("blocks.0.ffn.router.weight", false)]
    [InlineData("blocks.0.ffn.experts.up_bias", false)]
    public void Steps_follow_the_formula_and_decay_spares_routers_and_biases(string name, bool decays)
    {
        using var scope = NewDisposeScope();
        double[] values = [0.5, -1.25, 2, 0.03, -0.7, 1e-4];
        double[][] gradients = [[0.1, -2, 0, 1e-5, 3, 0.2], [0.4, 1, 0, -1e-5, 3, 0.1], [-0.3, 0.5, 0, 0, 3, 0]];
        double[] rates = [0.1, 0.05, 0.2];
        using var parameter = new Parameter(tensor(values, [2, 3]));
        using var optimizer = new AdamW([(name, parameter)], Config);

        foreach (var (gradient, rate) in gradients.Zip(rates))
        {
            parameter.grad = tensor(gradient, [2, 3]);
            optimizer.Step(rate);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var expected = Plain(values[i], [.. gradients.Select(gradient => gradient[i])], rates, decays ? 0.3 : 0);
            Assert.Equal(expected, parameter.flatten()[i].item<double>(), 1e-7 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void Float32_parameters_follow_the_formula_too()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(tensor(new[] { 0.5f, -1.25f }, [1, 2]));
        using var optimizer = new AdamW([("head.weight", parameter)], Config);
        parameter.grad = tensor(new[] { 0.1f, -2f }, [1, 2]);

        optimizer.Step(0.1);

        Assert.Equal(Plain(0.5, [0.1], [0.1], 0.3), parameter[0, 0].item<float>(), 1e-6);
        Assert.Equal(Plain(-1.25, [-2], [0.1], 0.3), parameter[0, 1].item<float>(), 1e-6);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var moved = new Parameter(ones(2, 2));
        using var kept = new Parameter(ones(2, 2));
        using var frozen = new Parameter(ones(2, 2), requires_grad: false);
        using var optimizer = new AdamW([("a", moved), ("b", kept), ("c", frozen)], Config);
        moved.grad = ones(2, 2);

        optimizer.Step(0.1);

        Assert.Equal([moved, kept], optimizer.Parameters);
        Assert.NotEqual(1, moved[0, 0].item<float>());
        Assert.Equal(1, kept[0, 0].item<float>());
        Assert.Equal(1, frozen[0, 0].item<float>());
    }

    [Fact]
    public void Gradients_are_forgotten()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(ones(2, 2));
        using var optimizer = new AdamW([("a", parameter)], Config);
        parameter.grad = ones(2, 2);

        optimizer.ZeroGradients();

        Assert.Null(parameter.grad);
    }

    [Theory]
    [InlineData("embedding.weight", true)]
    [InlineData("blocks.1.attention.output.weight", true)]
    [InlineData("blocks.1.ffn.experts.gate_up", true)]
    [InlineData("blocks.1.ffn.experts.0.down", true)]
    [InlineData("blocks.1.ffn.shared.down", true)]
    [InlineData("blocks.1.ffn.constant.weight", true)]
    [InlineData("blocks.1.ffn.constant.value", false)]
    [InlineData("blocks.1.ffn.experts.0.down_bias", false)]
    [InlineData("blocks.1.ffn.router.projection", false)]
    [InlineData("blocks.1.ffn.router.hyper_out.weight", false)]
    public void Matrices_decay_and_stacked_vectors_do_not(string name, bool decays)
    {
        using var matrix = zeros(2, 3);
        using var vector = zeros(3);

        Assert.Equal(decays, WeightDecay.Applies(name, matrix));
        Assert.False(WeightDecay.Applies(name, vector));
    }

    /// <summary>One number's path.</summary>
    private static double Plain(double value, double[] gradients, double[] rates, double decay)
    {
        var (mean, square) = (0.0, 0.0);
        for (var step = 1; step <= gradients.Length; step++)
        {
            var (gradient, rate) = (gradients[step - 1], rates[step - 1]);
            value -= rate * decay * value;
            mean = (Config.Beta1 * mean) + ((1 - Config.Beta1) * gradient);
            square = (Config.Beta2 * square) + ((1 - Config.Beta2) * gradient * gradient);
            var unbiasedMean = mean / (1 - Math.Pow(Config.Beta1, step));
            var unbiasedSquare = square / (1 - Math.Pow(Config.Beta2, step));
            value -= rate * unbiasedMean / (Math.Sqrt(unbiasedSquare) + Config.Epsilon);
        }

        return value;
    }
}
