using LibMoE.Runtime.Training.Learners.FewShot;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.FewShot;

/// <summary>Inner steps and outer gradients on quadratic losses λ/2·‖φ − c‖², where n steps of gradient descent at α end in
/// φ = c + (1 − αλ)ⁿ(θ − c).</summary>
public sealed class AdaptationTests
{
    private const double Rate = 0.1;
    private const double Curvature = 2;
    private const int Steps = 3;

    private static readonly double[] Start = [1, -2, 0.5];
    private static readonly double[][] Centres = [[3, 1, -1], [-2, 0, 4]];
    private static readonly double[] Target = [0.25, 2, -3];

    private static readonly MetaConfig Sgd =
        new() { Optimizer = InnerOptimizer.Sgd, InnerRate = Rate, InnerSteps = Steps, Outer = OuterLoop.Reptile };

    [Fact]
    public void Reptiles_outer_update_moves_towards_the_mean_of_the_adapted_values()
    {
        using var scope = NewDisposeScope();
        var theta = Theta();
        Learn(theta, Sgd);

        const double Epsilon = 0.3;
        double[] updated = [.. Numbers(theta).Zip(theta.grad!.data<double>(), (value, slope) => value - Epsilon * Rate * slope)];
        double[] expected =
            [.. Start.Select((value, i) => value + Epsilon * (Centres.Average(centre => Adapted(value, centre[i])) - value))];
        Assert.All(expected.Zip(updated), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void First_order_mamls_gradient_is_that_of_the_query_loss_at_the_adapted_values()
    {
        using var scope = NewDisposeScope();
        var theta = Theta();
        var loss = Learn(theta, Sgd with { Outer = OuterLoop.FirstOrderMaml });

        double[] expected = [.. Start.Select((value, i) => Centres.Average(centre => Curvature * (Adapted(value, centre[i]) - Target[i])))];
        Assert.All(expected.Zip(theta.grad!.data<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(
            Centres.Average(centre => Start.Select((value, i) => Math.Pow(Adapted(value, centre[i]) - Target[i], 2)).Sum() * Curvature / 2),
            loss, 1e-12);
    }

    [Fact]
    public void Without_inner_steps_first_order_maml_is_training_on_all_tasks_jointly()
    {
        using var scope = NewDisposeScope();
        var theta = Theta();
        Learn(theta, Sgd with { Outer = OuterLoop.FirstOrderMaml, InnerSteps = 0 });

        Assert.All(Start.Index(), item =>
            Assert.Equal(Curvature * (item.Item - Target[item.Index]), theta.grad!.data<double>()[item.Index], 1e-12));
    }

    [Fact]
    public void What_is_left_out_has_no_outer_gradient()
    {
        using var scope = NewDisposeScope();
        var theta = Theta();
        List<(string Name, Parameter Parameter)> parameters = [("head.weight", theta)];
        var gradient = new OuterGradient(parameters);
        using (var adaptation = new Adaptation(parameters, Sgd, _ => 1))
        {
            adaptation.Step(() => Loss(theta, Centres[0]));
            gradient.Add(adaptation, Sgd, 7);
        }

        var objective = gradient.Objective(name => name != "head.weight");

        Assert.False(objective.requires_grad);
        Assert.Equal(7, objective.item<double>());
    }

    [Fact]
    public void Values_and_gradients_of_before_the_task_are_put_back_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var theta = Theta();
        Loss(theta, Target).backward();
        double[] gradient = [.. theta.grad!.data<double>()];
        List<(string Name, Parameter Parameter)> parameters = [("x", theta)];
        using (var adaptation = new Adaptation(parameters, Sgd, _ => 1))
        {
            adaptation.Step(() => Loss(theta, Centres[1]));
            Assert.NotEqual(Start, Numbers(theta));
        }

        Assert.Equal(Start, Numbers(theta));
        Assert.Equal(gradient, theta.grad!.data<double>().ToArray());
    }

    [Fact]
    public void A_part_moves_as_far_as_its_rate_says_and_one_of_rate_0_not_at_all()
    {
        using var scope = NewDisposeScope();
        var (router, experts, head) = (Theta(), Theta(), Theta());
        List<(string Name, Parameter Parameter)> parameters = [("router", router), ("experts", experts), ("head", head)];
        using var adaptation =
            new Adaptation(parameters, Sgd, name => name switch { "router" => 0.5, "experts" => 2, _ => 0 });
        adaptation.Step(() => Loss(router, Centres[0]) + Loss(experts, Centres[0]) + Loss(head, Centres[0]));

        Assert.All(Start.Index(), item =>
        {
            var slope = Curvature * (item.Item - Centres[0][item.Index]);
            Assert.Equal(item.Item - 0.5 * Rate * slope, Numbers(router)[item.Index], 1e-12);
            Assert.Equal(item.Item - 2 * Rate * slope, Numbers(experts)[item.Index], 1e-12);
        });
        Assert.Equal(Start, Numbers(head));
    }

    [Fact]
    public void Adam_begins_anew_with_each_task_and_its_first_step_moves_each_number_by_the_rate()
    {
        using var scope = NewDisposeScope();
        var adam = Sgd with { Optimizer = InnerOptimizer.Adam };
        var theta = Theta();
        var (first, second) = (Task(), Task());

        Assert.Equal(first.One, second.One);
        Assert.Equal(first.Three, second.Three);
        Assert.All(Start.Zip(first.One, Centres[0]), item =>
            Assert.Equal(item.First - Rate * Math.Sign(item.First - item.Third), item.Second, 1e-6));
        Assert.NotEqual(first.One, first.Three);

        (double[] One, double[] Three) Task()
        {
            using var adaptation = new Adaptation([("x", theta)], adam, _ => 1);
            adaptation.Step(() => Loss(theta, Centres[0]));
            var one = Numbers(theta);
            adaptation.Step(() => Loss(theta, Centres[0]));
            adaptation.Step(() => Loss(theta, Centres[0]));
            return (one, Numbers(theta));
        }
    }

    private static double Adapted(double value, double centre) => centre + Math.Pow(1 - Rate * Curvature, Steps) * (value - centre);

    /// <summary>Two tasks with the first losses and, to measure by, the target's; the objective's gradient is theta's
    /// afterwards.</summary>
    private static double Learn(Parameter theta, MetaConfig config)
    {
        List<(string Name, Parameter Parameter)> parameters = [("x", theta)];
        var gradient = new OuterGradient(parameters);
        foreach (var centre in Centres)
        {
            using var adaptation = new Adaptation(parameters, config, _ => 1);
            for (var step = 0; step < config.InnerSteps; step++)
            {
                adaptation.Step(() => Loss(theta, centre));
            }

            gradient.Add(adaptation, config, adaptation.Differentiate(() => Loss(theta, Target)));
        }

        var objective = gradient.Objective(_ => true);
        objective.backward();
        return objective.item<double>();
    }

    private static Parameter Theta() => new(tensor(Start));

    private static Tensor Loss(Tensor phi, double[] centre) => (phi - tensor(centre)).pow(2).sum() * (Curvature / 2);

    private static double[] Numbers(Tensor tensor) => [.. tensor.detach().data<double>()];
}
