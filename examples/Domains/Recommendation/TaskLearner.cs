using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>Two tasks from two areas of a visitor who looked at three or more: which others, and whether at more than three in all. The
/// loss is the sum of both tasks'.</summary>
/// <remarks>Always two are given, drawn at random, in training as in the protocol "given 2": how many are given says nothing of how many
/// there are, as "all but 1" or a random half would.</remarks>
internal sealed class TaskLearner(LearnerSetup setup, WebVisits visits) : Learner
{
    private readonly TaskNet _net = new(setup, visits.Areas.Count);
    private readonly TaskVisits _tasks = new(visits);

    public override nn.Module Model => _net;

    public override IReadOnlyList<MoeLayer> MoeLayers => _net.Gates;

    public override CorpusIdentity Data => visits.Identity;

    public override IReadOnlyList<LearnerMetric> Metrics => TaskFigures.Metrics;

    public override long HeldOutExamples => _tasks.Test.Count;

    public override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Tasks"] = "both" };

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        var drawn = Enumerable.Range(0, examples).Select(place => _tasks.Draw(setup.Seed, position + place)).ToList();
        var (areas_NI, longer_N, routings) = _net.forward(Table(drawn.Select(visitor => visitor.Given)), context);
        var truth_N = Longer(drawn.Select(visitor => TaskVisits.IsLonger(visitor.All.Count)));
        return new Objective(
            VisitScores.Likelihood(areas_NI, Table(drawn.Select(visitor => visitor.All))).mean()
                .Plus(nn.functional.binary_cross_entropy_with_logits(longer_N, truth_N)),
            routings);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        List<Question> questions = [.. _tasks.Test.Skip((int)first).Take(examples)];
        var (areas_NI, longer_N, routings) = _net.forward(Table(questions.Select(question => question.Given)), context);
        var likelihood_N = VisitScores.Likelihood(areas_NI, Table(questions.Select(question => question.Hidden.ToList())));
        var (logLoss, p) = TaskFigures.OfLonger(questions, longer_N.sigmoid());
        double[] loss = [.. likelihood_N.to(ScalarType.Float64).cpu().data<double>().Zip(logLoss, (one, other) => one + other)];
        return new Scores([TaskFigures.RankScores(visits, questions, areas_NI), logLoss, p, loss], routings);
    }

    public override IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items) =>
        TaskFigures.Summarize(items, [.. _tasks.Test.Take(items[0].Count).Select(TaskVisits.IsLonger)]);

    public override IReadOnlyList<Baseline> Baselines()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        List<Question> questions = [.. _tasks.Test.Take(setup.Training.ValidationSequences)];
        double[] none = [.. questions.Select(_ => double.NaN)];
        var (logLoss, p) = TaskFigures.OfLonger(questions, LogisticRegression.Predict(_tasks.Of(questions)).select(1, 1));
        var train_UI = visits.Table(visits.Train, ScalarType.Float64);
        var given_NI = visits.Table(questions.Select(question => question.Given), ScalarType.Float64);
        return
        [
            .. Neighbours.All.Select(method => new Baseline(method.Name, Summarize(
                [TaskFigures.RankScores(visits, questions, method.Score(train_UI, given_NI)), none, none, none]))),
            new Baseline("logistic regression", Summarize([none, logLoss, p, none])),
        ];
    }

    private Tensor Table(IEnumerable<IReadOnlyList<int>> areas) => visits.Table(areas).to(setup.Device);

    private Tensor Longer(IEnumerable<bool> longer) => tensor(longer.Select(one => one ? 1f : 0).ToArray(), device: setup.Device);
}
