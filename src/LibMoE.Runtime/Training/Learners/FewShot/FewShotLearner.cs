using System.Globalization;
using LibMoE.Runtime.Data.Sampling;
using LibMoE.Runtime.Training.Learners;
using LibMoE.Runtime.Training.Learners.FewShot;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// A learner of tasks that have a few examples of classes never seen before: what it learns is where adaptation begins
/// (<see cref="TrainingConfig.Meta"/>), and it is measured after so many steps of adaptation on test tasks.
/// </summary>
/// <remarks>
/// <para>A training example is a task. Its inner steps change the parameters and put them back; what the outer loop learns of it reaches
/// the trainer as a gradient, so that optimiser, schedule, clipping and checkpoints are those of any learner. Balancing terms are of the
/// outer step: of the support examples at the values before the tasks, which inner steps have none of.</para>
/// <para>There is nothing transductive: each example goes through the net for itself, unless the net normalises over a batch.</para>
/// </remarks>
public sealed class FewShotLearner : Learner
{
    /// <summary>Test tasks are the same for all seeds.</summary>
    private const long TestSeed = 1;

    private readonly LearnerSetup _setup;
    private readonly FewShotData _data;
    private readonly FewShotNet _net;
    private readonly MetaConfig _meta;
    private readonly PartRates _rates;
    private readonly FewShotTasks _train;
    private readonly FewShotTasks _test;
    private readonly bool _newHead;
    private TaskCurve? _curve;

    /// <summary>Makes a learner, which owns the net.</summary>
    /// <param name="setup">The cell.</param>
    /// <param name="data">What it learns from and is measured by.</param>
    /// <param name="net">From examples [n, ..] to features [n, D], and what each MoE layer did. In the state dict it is <c>net.</c>, with
    /// which the prefixes of its layers begin.</param>
    /// <param name="width">D.</param>
    /// <exception cref="ConfigurationException">The data have too few classes or examples for a task.</exception>
    public FewShotLearner(
        LearnerSetup setup, FewShotData data, nn.Module<Tensor, MoeContext, (Tensor Features, IReadOnlyList<Routing> Routings)> net,
        int width)
    {
        ConfigurationException.ThrowIfAny([.. data.Problems()]);
        (_setup, _data, _meta) = (setup, data, setup.Training.Meta ?? new MetaConfig());
        var pretrained = _meta.Outer == OuterLoop.Pretraining;
        _newHead = _meta.NewHead || pretrained;
        _net = new FewShotNet(net, width, data.Ways, pretrained ? data.Train.Labels.Max() + 1 : null, _newHead);
        _rates = new PartRates(_meta);
        _train = new FewShotTasks(data.Train, data.Ways, data.TrainShots, data.Queries, setup.Seed);
        _test = new FewShotTasks(data.Test, data.Ways, data.Shots, data.Queries, TestSeed);
    }

    /// <summary>After how many steps on a test task it is measured.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [1, 5, 20, 50];

    /// <summary>What a test task adapts, each measured for itself: <c>all</c>, or <c>router</c>, <c>experts</c>, <c>head</c>, <c>body</c>,
    /// several joined by <c>+</c>.</summary>
    public IReadOnlyList<string> Adapt { get; init; } = [AdaptedParts.All];

    /// <summary>Tokens that routers see of one example.</summary>
    public double Tokens { get; init; } = 1;

    /// <inheritdoc />
    public override nn.Module Model => _net;

    /// <inheritdoc />
    public override CorpusIdentity Data => _data.Identity;

    /// <inheritdoc />
    public override long HeldOutExamples => _data.Tasks;

    /// <inheritdoc />
    public override double TokensPerExample => Tokens * Images;

    /// <inheritdoc />
    public override IReadOnlyList<string> Kinds => _data.Groups;

    /// <inheritdoc />
    public override IReadOnlyList<LearnerMetric> Metrics => Curve.Metrics;

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Ways"] = Text(_data.Ways),
        ["Shots"] = Text(_data.Shots),
        ["TrainShots"] = Text(_data.TrainShots),
        ["Queries"] = Text(_data.Queries),
        ["Steps"] = string.Join(',', Steps.Select(Text)),
        ["Adapt"] = string.Join(',', Adapt),
    };

    private TaskCurve Curve => _curve ??= Steps.Count > 0 && Adapt.Count > 0
        ? new TaskCurve(_net, _meta, Steps, Adapt)
        : throw new ConfigurationException("Nothing is measured of test tasks; give steps, and parts to adapt.");

    private List<(string Name, Parameter Parameter)> Parameters =>
        [.. _net.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => (entry.name, entry.parameter))];

    /// <summary>Examples that the inner steps of a training task see.</summary>
    private int Images => Math.Max(1, _meta.InnerSteps) * Math.Min(_meta.InnerBatch, _data.Ways * _data.TrainShots);

    /// <inheritdoc />
    public override Objective Learn(long position, int examples, MoeContext context) => _meta.Outer switch
    {
        OuterLoop.None => LearnNothing(position, examples, context),
        OuterLoop.Pretraining => LearnClasses(position, examples, context),
        _ => LearnTasks(position, examples, context),
    };

    /// <inheritdoc />
    public override Scores Score(long first, int examples, MoeContext context)
    {
        var parameters = Parameters;
        List<FewShotTask> tasks = [.. Enumerable.Range(0, examples).Select(place => _test.At(first + place))];
        List<IReadOnlyList<double>> values =
            [.. tasks.Select(task => Curve.Of(task, parameters, Quiet(context), _setup.Device))];
        var routings = _net.Features(cat([.. tasks.Select(task => task.AllQuery(_setup.Device).X)]), context).Routings;
        return new Scores([.. Metrics.Select((_, metric) => values.ConvertAll(own => own[metric]))], routings)
        {
            Kinds = _data.Groups.Count == 0 ? null : [.. routings.Select(routing => KindsOf(tasks, (int)routing.Weights.shape[0]))],
        };
    }

    /// <summary>The nearest centroid of the examples as they are, without a net.</summary>
    /// <exception cref="ConfigurationException"><see cref="Steps"/> or <see cref="Adapt"/> cannot be measured.</exception>
    public override IReadOnlyList<Baseline> Baselines()
    {
        using var scope = NewDisposeScope();
        var measured = (int)Math.Min(_setup.Training.ValidationSequences, _data.Tasks);
        return
        [
            new Baseline("nearest centroid", Curve.OfCentroids(
            [
                .. Enumerable.Range(0, measured).Select(number => _test.At(number)).Select(task => NearestCentroid.Accuracy(
                    task.AllSupport(CPU).X.flatten(1), task.AllQuery(CPU).X.flatten(1), task.Ways)),
            ])),
        ];
    }

    /// <summary>A loss that no parameter has a part in.</summary>
    private Objective LearnNothing(long position, int examples, MoeContext context)
    {
        using var quiet = no_grad();
        return new Objective(
            zeros([], ScalarType.Float32, _setup.Device, requires_grad: true), RoutingsOf(position, examples, Quiet(context)));
    }

    private Objective LearnClasses(long position, int examples, MoeContext context)
    {
        int[] rows = [.. Enumerable.Range(0, examples * Images).Select(place =>
            EpochOrder.RowAt(_data.Train.Count, _setup.Seed, position * Images + place))];
        var (logits_NC, routings) = _net.Classes(_data.Train.Batch(rows, _setup.Device), context);
        var labels_N = tensor(rows.Select(row => (long)_data.Train.Labels[row]).ToArray(), device: _setup.Device);
        return new Objective(nn.functional.cross_entropy(logits_NC, labels_N), routings);
    }

    private Objective LearnTasks(long position, int examples, MoeContext context)
    {
        var parameters = Parameters;
        var (gradient, quiet) = (new OuterGradient(parameters), Quiet(context));
        for (var place = 0; place < examples; place++)
        {
            var task = _train.At(position + place);
            gradient.Learn(
                new MetaTask(
                    step => _net.Loss(task.Step(step, _meta.InnerBatch, _setup.Device), quiet),
                    () => _net.Loss(task.AllQuery(_setup.Device), quiet)),
                _meta, _rates.Of);
        }

        return new Objective(
            gradient.Objective(name => !_newHead || !name.StartsWith(FewShotNet.Head, StringComparison.Ordinal)),
            RoutingsOf(position, examples, context));
    }

    /// <summary>What the layers do with the support examples at the values before the tasks.</summary>
    private IReadOnlyList<Routing> RoutingsOf(long position, int examples, MoeContext context) => MoeLayers.Count == 0
        ? []
        : _net.Features(
            cat([.. Enumerable.Range(0, examples).Select(place => _train.At(position + place).AllSupport(_setup.Device).X)]), context)
            .Routings;

    /// <summary>The tokens of an example lie one after the other.</summary>
    private int[] KindsOf(List<FewShotTask> tasks, int tokens)
    {
        int[] rows = [.. tasks.SelectMany(task => task.Query)];
        return [.. rows.SelectMany(row => Enumerable.Repeat(_data.Test.Groups![row], tokens / rows.Length))];
    }

    private static MoeContext Quiet(MoeContext context) =>
        new() { Step = context.Step, Losses = false, Reroute = context.Reroute };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
