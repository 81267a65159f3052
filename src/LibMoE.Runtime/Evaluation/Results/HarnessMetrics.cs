using System.Text.Json.Nodes;
using LibMoE.Runtime.Evaluation.Metrics;

namespace LibMoE.Runtime.Evaluation.Results;

/// <summary>Metrics as lm-evaluation-harness writes them down: an item's value, and what becomes of the items' values.</summary>
internal static class HarnessMetrics
{
    private static readonly Dictionary<string, string> Aggregations = new()
    {
        [MetricNames.Perplexity] = "perplexity",
        [MetricNames.PerplexityByToken] = "perplexity",
        [MetricNames.WordPerplexity] = "weighted_perplexity",
        [MetricNames.BytePerplexity] = "weighted_perplexity",
        [MetricNames.TokenPerplexity] = "weighted_perplexity",
        [MetricNames.BitsPerByte] = "bits_per_byte",
    };

    /// <summary>A task's <c>metric_list</c>.</summary>
    public static JsonArray List(IEnumerable<MetricResult> metrics) => new([.. metrics.Select(metric => (JsonNode)new JsonObject
    {
        ["metric"] = metric.Name,
        ["aggregation"] = Aggregations.GetValueOrDefault(metric.Name, "mean"),
        ["higher_is_better"] = metric.HigherIsBetter,
    })]);

    /// <summary>Of shares 0.0 or 1.0; of an answer its score; of running text the log-likelihood and what it is divided by; of a word its
    /// log-likelihood.</summary>
    public static JsonNode OfItem(TaskForm form, Metric metric, ItemOutcome answer)
    {
        if (answer.Score is { } score)
        {
            return score;
        }

        var (a, b) = metric.Terms([answer]);
        return metric.IsShare ? a / b
            : form == TaskForm.Text ? new JsonArray(answer.LogLikelihoods[0], (long)b)
            : -a / b;
    }
}
