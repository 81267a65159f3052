using LibMoE.Runtime.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

public class ParameterAverageTests
{
    [Fact]
    public void The_average_follows_its_formula_and_begins_at_the_parameters()
    {
        using var scope = NewDisposeScope();
        double[] path = [1.5, -2, 0.25, 4];
        using var parameter = new Parameter(tensor(new[] { path[0] }));
        using var average = new ParameterAverage([("a", parameter)], decay: 0.8);
        var expected = path[0];

        foreach (var value in path[1..])
        {
            using (no_grad())
            {
                parameter.fill_(value);
            }

            average.Update();
            expected = (0.8 * expected) + (0.2 * value);
        }

        Assert.Equal(expected, average.State.Single().Value.item<double>(), 1e-15);
    }

    [Fact]
    public void In_use_it_stands_in_the_parameters_place_and_gives_it_back()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(ones(3));
        using var frozen = new Parameter(ones(3), requires_grad: false);
        using var average = new ParameterAverage([("a", parameter), ("b", frozen)], decay: 0.5);
        using (no_grad())
        {
            parameter.fill_(3);
        }

        average.Update();

        using (average.Use())
        {
            Assert.Equal(2, parameter[0].item<float>());
        }

        Assert.Equal(3, parameter[0].item<float>());
        Assert.Equal(["a"], average.State.Select(entry => entry.Name));
    }
}
