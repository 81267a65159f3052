using System.Text.Json;
using LibMoE.Runtime.Evaluation.Results;

namespace LibMoE.Runtime.Tests.Evaluation.Results;

/// <summary>
/// The layout that lm-evaluation-harness gives its files: lm_eval/loggers/evaluation_tracker.py at
/// 034ab03621186e68aa1f73ee1508370580ea77b5, save_results_aggregated and save_results_samples.
/// </summary>
public sealed class HarnessSchemaTests : IDisposable
{
    private readonly HarnessExport _export = new();

    public void Dispose() => _export.Dispose();

    [Fact]
    public void Every_part_of_a_task_has_a_samples_file_and_the_results_name_its_hash()
    {
        var results = _export.Write().Results;

        string[] tasks =
            ["ask", "blimp_harness_a/b", "last", "running", "sample_group 0", "sample_group 1", "sample_group 2", "winogrande"];
        Assert.Equal(
            tasks.Select(task => $"samples_{task.Replace("/", "__", StringComparison.Ordinal)}_libmoe.jsonl"),
            _export.SampleFiles.Select(Path.GetFileName));
        Assert.Equal(tasks, results.GetProperty("task_hashes").EnumerateObject().Select(task => task.Name).Order(StringComparer.Ordinal));
        Assert.All(results.GetProperty("task_hashes").EnumerateObject(), task => AssertSha256(task.Value));
        Assert.Equal(tasks, results.GetProperty("configs").EnumerateObject().Select(task => task.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_samples_there_are_no_hashes_and_none_of_an_evaluation_before_is_left()
    {
        _export.Write();

        var results = _export.Write(samples: false).Results;

        Assert.Empty(_export.SampleFiles);
        Assert.Empty(results.GetProperty("task_hashes").EnumerateObject());
    }

    [Fact]
    public void A_config_lists_its_metrics_with_how_they_are_brought_together()
    {
        var configs = _export.Write().Results.GetProperty("configs");

        Assert.Equal(
            [
                "acc mean True", "bits_per_byte bits_per_byte False", "byte_perplexity weighted_perplexity False", "exact_match mean True",
                "perplexity perplexity False", "perplexity_token perplexity False", "token_perplexity weighted_perplexity False",
                "word_perplexity weighted_perplexity False",
            ],
            configs.EnumerateObject().SelectMany(config => config.Value.GetProperty("metric_list").EnumerateArray())
                .Select(metric => $"{metric.GetProperty("metric")} {metric.GetProperty("aggregation")} "
                    + $"{metric.GetProperty("higher_is_better").GetBoolean()}")
                .Distinct()
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["multiple_choice", "multiple_choice", "multiple_choice", "multiple_choice", "multiple_choice", "loglikelihood_rolling",
                "generate_until", "loglikelihood"],
            configs.EnumerateObject().Select(config => config.Value.GetProperty("output_type").GetString()));
    }

    [Fact]
    public void Results_are_floats_with_errors_and_aliases()
    {
        var results = _export.Write().Results.GetProperty("results");

        foreach (var task in results.EnumerateObject())
        {
            Assert.Equal(task.Name.Contains("_group", StringComparison.Ordinal) || task.Name.Contains('/', StringComparison.Ordinal)
                ? $" - {task.Name}"
                : task.Name,
                task.Value.GetProperty("alias").GetString());
            foreach (var metric in task.Value.EnumerateObject().Where(entry => entry.Name != "alias"))
            {
                Assert.EndsWith(",none", metric.Name, StringComparison.Ordinal);
                Assert.True(metric.Value.GetRawText() == "\"N/A\"" && metric.Name.Contains("_stderr", StringComparison.Ordinal)
                    || metric.Value.GetRawText().AsSpan().IndexOfAny(".e") > 0, $"{task.Name} {metric}");
            }
        }

        Assert.Equal("1.0", results.GetProperty("last").GetProperty("acc,none").GetRawText());
        Assert.Equal("0.0", results.GetProperty("winogrande").GetProperty("acc,none").GetRawText());
    }

    [Fact]
    public void A_limit_leaves_the_count_of_each_part_as_it_was()
    {
        var samples = _export.Write(limit: 2).Results.GetProperty("n-samples");

        Assert.Equal("""{"original": 3, "effective": 2}""", Flat(samples.GetProperty("sample_group 0")));
        Assert.Equal(0, _export.Samples("sample_group 0")[0].GetProperty("doc_id").GetInt32());
    }

    [Fact]
    public void A_sample_has_every_field_and_its_responses_as_texts()
    {
        _export.Write();
        string[] fields =
        [
            "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash",
            "target_hash",
        ];

        foreach (var (file, line) in _export.SampleFiles.SelectMany(file => File.ReadLines(file).Select(line => (file, line))))
        {
            var sample = JsonDocument.Parse(line).RootElement;
            Assert.Equal(
                fields.Concat(sample.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetString()!)),
                sample.EnumerateObject().Select(field => field.Name));
            Assert.Equal(JsonValueKind.String, sample.GetProperty("target").ValueKind);
            Assert.All(Leaves(sample.GetProperty("resps")).Concat(Leaves(sample.GetProperty("filtered_resps"))), leaf => Assert.Equal(
                JsonValueKind.String, leaf.ValueKind));
            Assert.Equal(sample.GetProperty("resps").GetArrayLength(), sample.GetProperty("filtered_resps").GetArrayLength());
            AssertSha256(sample.GetProperty("doc_hash"));
            AssertSha256(sample.GetProperty("prompt_hash"));
            AssertSha256(sample.GetProperty("target_hash"));
            if (sample.TryGetProperty("acc", out var right))
            {
                Assert.Contains(right.GetRawText(), new[] { "0.0", "1.0" });
            }
        }
    }

    [Fact]
    public void Each_form_asks_and_answers_as_the_harness_does()
    {
        _export.Write();

        var choice = _export.Samples("sample_group 1")[0];
        Assert.Equal(
            """[[["-2.0", "False"]], [["-0.5", "True"]], [["-4.0", "False"]], [["-5.0", "False"]]]""", Flat(choice.GetProperty("resps")));
        Assert.Equal("1", choice.GetProperty("target").GetString());
        var pair = _export.Samples("blimp_harness_a__b")[0];
        Assert.Equal("""{"arg_0": "", "arg_1": " Cats sleeps."}""", Flat(pair.GetProperty("arguments").GetProperty("gen_args_1")));
        var partial = _export.Samples("winogrande")[0];
        Assert.Equal(
            """{"arg_0": "Ann thanked Cy", "arg_1": " as he left."}""", Flat(partial.GetProperty("arguments").GetProperty("gen_args_1")));
        Assert.Equal("as he left.", partial.GetProperty("target").GetString());
        var running = _export.Samples("running")[0];
        Assert.Equal("""[["-0.5"]]""", Flat(running.GetProperty("resps")));
        Assert.Equal("[-0.5, 6]", Flat(running.GetProperty("word_perplexity")));
        Assert.Equal("arg_0", Assert.Single(running.GetProperty("arguments").GetProperty("gen_args_0").EnumerateObject()).Name);
        Assert.Equal("""["22222222"]""", Flat(_export.Samples("ask")[0].GetProperty("filtered_resps")));
        Assert.Equal("-0.5", _export.Samples("last")[0].GetProperty("perplexity").GetRawText());
    }

    private static void AssertSha256(JsonElement value) => Assert.Matches("^[0-9a-f]{64}$", value.GetString()!);

    private static IEnumerable<JsonElement> Leaves(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Leaves) : [value];

    private static string Flat(JsonElement value) => PythonJson.Dumps(System.Text.Json.Nodes.JsonNode.Parse(value.GetRawText()));
}
