using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>From half of what a visitor looked at, at random, the model learns all of it: a denoising autoencoder with a multinomial
/// likelihood (Liang et al. 2018).</summary>
internal sealed class VisitLearner(LearnerSetup setup, WebVisits visits) : Learner
{
    private const int Shown = 10;

    private readonly VisitNet _net = new(setup, visits.Areas.Count);

    public override nn.Module Model => _net;

    public override CorpusIdentity Data => visits.Identity;

    public override IReadOnlyList<LearnerMetric> Metrics { get; } =
    [
        new("rank score", "share of the best", MetricDirection.Higher),
        .. WebVisits.Protocols.Select(protocol => new LearnerMetric($"rank score.{protocol}", "share of the best", MetricDirection.Higher)),
        new("recall@10", "share of areas", MetricDirection.Higher),
        new("ndcg@10", "share of the best", MetricDirection.Higher),
        LearnerMetric.Loss,
    ];

    public override long HeldOutExamples => visits.Test.Count;

    public override IReadOnlyList<string> Kinds => WebVisits.Protocols;

    /// <summary>The most visited of the areas that are given.</summary>
    public override IReadOnlyList<string> Groups { get; } = [.. visits.Leading.Select(area => visits.Areas[area]), "other areas"];

    public override Objective Learn(long position, int examples, MoeContext context)
    {
        var drawn = Enumerable.Range(0, examples).Select(place => Draw(position + place)).ToList();
        var (logits_NI, routings) = _net.forward(visits.Table(drawn.Select(visitor => visitor.Given)).to(setup.Device), context);
        return new Objective(
            VisitScores.Likelihood(logits_NI, visits.Table(drawn.Select(visitor => visitor.All)).to(setup.Device)).mean(), routings);
    }

    public override Scores Score(long first, int examples, MoeContext context)
    {
        List<Question> questions = [.. visits.Test.Skip((int)first).Take(examples)];
        var (logits_NI, routings) = _net.forward(visits.Table(questions.Select(question => question.Given)).to(setup.Device), context);
        int[] kinds = [.. questions.Select(question => WebVisits.Protocols.Index().First(known => known.Item == question.Protocol).Index)];
        int[] leads = [.. questions.Select(visits.LeadOf)];
        return new Scores(Items(questions, logits_NI), routings)
        {
            Kinds = [.. routings.Select(_ => kinds)],
            Groups = [.. routings.Select(_ => leads)],
        };
    }

    public override IReadOnlyList<Baseline> Baselines()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        List<Question> questions = [.. visits.Test.Take(setup.Training.ValidationSequences)];
        var train_UI = visits.Table(visits.Train, ScalarType.Float64);
        var given_NI = visits.Table(questions.Select(question => question.Given), ScalarType.Float64);
        return [.. Neighbours.All.Select(method =>
            new Baseline(method.Name, Summarize([.. Items(questions, method.Score(train_UI, given_NI)).SkipLast(1), [double.NaN]])))];
    }

    private (List<int> Given, int[] All) Draw(long position)
    {
        var random = new Random((int)(setup.Seed * 1_000_003 + position));
        var all = visits.Train[random.Next(visits.Train.Count)];
        return (all.Where(_ => random.Next(2) == 0).ToList(), all);
    }

    /// <summary>For every metric its items.</summary>
    private List<double[]> Items(List<Question> questions, Tensor scores_NI)
    {
        var given_NI = visits.Table(questions.Select(question => question.Given), ScalarType.Float64);
        var hidden_NI = visits.Table(questions.Select(question => question.Hidden.ToList())).to(scores_NI.device);
        var pairs = questions.Zip(VisitScores.Ranked(scores_NI, given_NI), (question, areas) => (question, areas)).ToList();
        double[] scores = [.. pairs.Select(pair => RankedList.RankScore(pair.areas, pair.question.Hidden))];
        return
        [
            scores,
            .. WebVisits.Protocols.Select(protocol =>
                scores.Zip(questions, (score, question) => question.Protocol == protocol ? score : double.NaN).ToArray()),
            [.. pairs.Select(pair => RankedList.Recall(pair.areas, pair.question.Hidden, Shown))],
            [.. pairs.Select(pair => RankedList.Ndcg(pair.areas, pair.question.Hidden, Shown))],
            [.. VisitScores.Likelihood(scores_NI, hidden_NI.to(scores_NI.dtype)).to(ScalarType.Float64).cpu().data<double>()],
        ];
    }

    /// <summary>Visits of a visitor, divided by the root of their number, through one block.</summary>
    private sealed class VisitNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
    {
        private const int Width = 96;

        private readonly Linear embed, head;
        private readonly FeedForward ffn;

        public VisitNet(LearnerSetup setup, int areas)
            : base(nameof(VisitNet))
        {
            (embed, head) = (nn.Linear(areas, Width), nn.Linear(Width, areas));
            ffn = setup.FeedForward(Width, prefix: "ffn.");
            RegisterComponents();
        }

        public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor visits_NI, MoeContext context)
        {
            var h_ND = embed.forward(visits_NI / visits_NI.sum([1], keepdim: true).sqrt().AtLeast(1)).tanh();
            var (mixed_ND, routing) = ffn.forward(h_ND, context);
            return (head.forward(h_ND.Plus(mixed_ND)), routing is null ? [] : [routing]);
        }
    }
}
