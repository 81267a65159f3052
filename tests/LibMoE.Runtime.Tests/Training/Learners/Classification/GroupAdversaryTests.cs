using LibMoE.Runtime.Training.Learners.Classification;
using TorchSharp;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.Classification;

/// <summary>An adversary learns to guess the group; the classifier gets its gradient reversed.</summary>
public sealed class GroupAdversaryTests
{
    private const double Coefficient = 0.7;

    private static readonly long[] Truth = [1, 0, 1, 0, 1];
    private static readonly long[] Groups = [0, 0, 2, 1, 1];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_value_and_gradients_are_those_of_plain_loops_with_the_classifiers_reversed_and_scaled(bool knowsClass)
    {
        using var scope = NewDisposeScope();
        using var adversary = Make(knowsClass);
        var logits_N2 = tensor(new[,] { { 0.2, -0.4 }, { 1.1, 0.3 }, { -0.6, 0.9 }, { 0.0, 0.5 }, { -1.3, -0.2 } }, requires_grad: true);
        var loss = adversary.Loss(logits_N2, tensor(Truth), tensor(Groups));
        loss.backward();

        var values = adversary.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.data<double>().ToArray());
        double[] logits = [.. logits_N2.detach().data<double>()];
        Assert.Equal(Oracle(logits, values, knowsClass), loss.item<double>(), 12);

        // By central differences: the classifier's are those of the term times −c, the adversary's own are not.
        AssertClose(
            [.. Slopes(logits, at => Oracle(at, values, knowsClass)).Select(slope => -Coefficient * slope)],
            [.. logits_N2.grad!.data<double>()]);
        foreach (var (name, parameter) in adversary.named_parameters())
        {
            AssertClose(
                Slopes(values[name], at => Oracle(logits, new(values) { [name] = at }, knowsClass)), [.. parameter.grad!.data<double>()]);
        }
    }

    [Fact]
    public void With_coefficient_0_the_classifier_gets_no_gradient_of_it()
    {
        using var scope = NewDisposeScope();
        using var adversary = new GroupAdversary(new FairnessConfig(), groups: 3);
        var logits_N2 = zeros([5, 2], requires_grad: true);
        adversary.Loss(logits_N2, tensor(Truth), tensor(Groups)).backward();

        Assert.Equal(0, logits_N2.grad!.abs().sum().item<float>());
    }

    private static GroupAdversary Make(bool knowsClass)
    {
        random.manual_seed(3);
        var adversary = new GroupAdversary(
            new FairnessConfig { Adversary = Coefficient, AdversaryKnowsClass = knowsClass }, groups: 3);
        adversary.to(ScalarType.Float64);
        return adversary;
    }

    /// <summary>The mean of −log of the probability that is given to the true group.</summary>
    private static double Oracle(double[] logits, Dictionary<string, double[]> values, bool knowsClass)
    {
        return Enumerable.Range(0, Truth.Length).Average(row =>
        {
            var odds = logits[(2 * row) + 1] - logits[2 * row];
            double[] seen = knowsClass ? [odds, Truth[row], Truth[row] * odds] : [odds];
            double[] inner = [.. Line("hidden", seen).Select(Math.Tanh)];
            var scores = Line("guess", inner);
            return Math.Log(scores.Sum(Math.Exp)) - scores[Groups[row]];
        });

        double[] Line(string part, double[] x)
        {
            var (weight, bias) = (values[$"{part}.weight"], values[$"{part}.bias"]);
            return [.. bias.Select((start, to) => start + x.Select((value, from) => weight[to * x.Length + from] * value).Sum())];
        }
    }

    private static double[] Slopes(double[] at, Func<double[], double> value)
    {
        const double Step = 1e-6;
        return [.. at.Select((_, i) => (value(Moved(i, Step)) - value(Moved(i, -Step))) / (2 * Step))];

        double[] Moved(int i, double by) => [.. at.Select((x, j) => j == i ? x + by : x)];
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 8));
    }
}
