using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Recommendation;

/// <summary>What both tasks are measured by.</summary>
internal static class TaskFigures
{
    public static LearnerMetric RankScore { get; } = new("rank score", "share of the best", MetricDirection.Higher);

    /// <summary>−ln p of whether the session is longer.</summary>
    public static LearnerMetric LogLoss { get; } = new("longer log loss", "nats", MetricDirection.Lower);

    public static LearnerMetric Area { get; } = new("longer auroc", "area under the curve", MetricDirection.Higher);

    public static IReadOnlyList<LearnerMetric> Metrics { get; } = [RankScore, LogLoss, Area, LearnerMetric.Loss];

    /// <summary>One for each question.</summary>
    public static double[] RankScores(WebVisits visits, List<Question> questions, Tensor scores_NI)
    {
        var given_NI = visits.Table(questions.Select(question => question.Given), ScalarType.Float64);
        return [.. VisitScores.Ranked(scores_NI, given_NI)
            .Zip(questions, (areas, question) => RankedList.RankScore(areas, question.Hidden))];
    }

    /// <summary>The items of <see cref="LogLoss"/> and <see cref="Area"/>, of probabilities p [N].</summary>
    public static (double[] LogLoss, double[] P) OfLonger(List<Question> questions, Tensor p_N)
    {
        double[] p = [.. p_N.to(ScalarType.Float64).cpu().data<double>()];
        return ([.. p.Zip(questions, (yes, question) => -Math.Log(TaskVisits.IsLonger(question) ? yes : 1 - yes))], p);
    }

    /// <summary>Means, and the area under the curve of all items.</summary>
    public static IReadOnlyList<MeasuredMetric> Summarize(IReadOnlyList<IReadOnlyList<double>> items, IReadOnlyList<bool> longer) =>
        [.. Metrics.Zip(items, (metric, own) => metric != Area ? MeasuredMetric.Mean(metric, own) : Of(own, longer))];

    private static MeasuredMetric Of(IReadOnlyList<double> p, IReadOnlyList<bool> longer)
    {
        var area = p.Any(double.IsNaN) ? new Auroc(double.NaN, double.NaN) : Auroc.Of(p, longer);
        return new MeasuredMetric(Area.Name, Area.Unit, Area.Direction, area.Value, area.StdErr, []);
    }
}
