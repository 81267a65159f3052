using System.Text.Json;
using LibMoE.Runtime.Evaluation.Metrics;
using LibMoE.Runtime.Evaluation.Reading;
using LibMoE.Runtime.Evaluation.Scoring;
using LibMoE.Runtime.Evaluation.Tasks;

namespace LibMoE.Runtime.Tests.Evaluation.Scoring;

/// <summary>
/// The rules that docs/evaluation.md says are lm-evaluation-harness', each against what its source (EleutherAI, MIT licence) says at the
/// commit named beside it.
/// </summary>
public sealed class HarnessRulesTests
{
    /// <summary>lm_eval/api/task.py at 44406dc3a40ef3f74cb82e967fa31cd1880ed525, process_results: argmax of lls, of lls / len(choice) and
    /// of lls / len(choice.encode("utf-8")).</summary>
    [Theory]
    [InlineData("ééé", "abcd", -3.3, -4, 0, 1, 0)]
    [InlineData("ab", "ééé", -2.0, -3.1, 0, 0, 1)]
    [InlineData("😀😀", "abc", -4.0, -5.9, 0, 1, 0)]
    [InlineData("abcd", "e", -4.0, -3.0, 1, 0, 0)]
    public void Acc_norm_divides_by_characters_and_acc_bytes_by_bytes(
        string first, string second, double one, double two, int acc, int norm, int bytes)
    {
        foreach (var gold in new[] { 0, 1 })
        {
            using var data = new DataFolder()
                .With("sample.jsonl", JsonSerializer.Serialize(new { q = "?", o = new[] { first, second }, a = gold }));
            var task = SampleTask.Choice(2);

            var outcome = new Evaluator(data.Cache, new()).Run(new HandMadeScorer(request => request.Part == 0 ? one : two), task);

            var metrics = new TaskMetrics(task, outcome.Items).All().ToDictionary(metric => metric.Name, metric => metric.Value);
            Assert.Equal(
                [acc == gold ? 1.0 : 0, norm == gold ? 1 : 0, bytes == gold ? 1 : 0],
                [metrics["acc"], metrics["acc_norm"], metrics["acc_bytes"]]);
        }
    }

    /// <summary>lm_eval/tasks/wikitext/preprocess_wikitext.py at 244246fa52964ad5ff6e1aaf0fc708bfbeea6208, process_results:
    /// len(re.split(r"\s+", page)); the numbers are Python 3.11's.</summary>
    [Theory]
    [InlineData("", 1)]
    [InlineData("word", 1)]
    [InlineData(" ", 2)]
    [InlineData(" a  b ", 4)]
    [InlineData("a\n\n b", 2)]
    [InlineData(" = Title = \n", 5)]
    [InlineData("a\u00a0b\u3000c\u2028d\u0085e", 5)]
    [InlineData("a\u001cb\u001fc", 3)]
    [InlineData("a\u200bb\u180ec\ufeffd", 1)]
    public void Words_are_what_white_space_separates_empty_ends_included(string page, int words) => Assert.Equal(words, WordCount.Of(page));

    /// <summary>The same file: words and bytes are of the page, the target is the page detokenised. The pages are those of
    /// EleutherAI/wikitext_document_level (a copy of its loader: lm_eval/tasks/wikitext/wikitext_workaround at
    /// 734146100a264771d8a205e52203915ea31d0e45).</summary>
    [Theory]
    [InlineData(" \n = One = \n \n Text , here . \n = Two = \n \n More . \n", " = One = \n \n Text , here . | = Two = \n \n More . \n")]
    [InlineData(" = One = \n x \n = Two = \n y ", " = One = \n x | = Two = \n y ")]
    [InlineData(" = One = \n = = Part = = \n = = = Deeper = = = \n x \n", " = One = \n = = Part = = \n = = = Deeper = = = \n x \n")]
    [InlineData("= One =\nx\n= Two =\ny", "= One =\nx|= Two =\ny")]
    [InlineData("Before . \n = One = \n \n \n", "Before . | = One = \n \n \n")]
    [InlineData(" = One = \r\n x \r\n = Two = \r\n", " = One = \n x | = Two = \n")]
    public void A_page_of_WikiText_goes_to_the_line_break_before_the_next(string file, string pages)
    {
        using var data = new DataFolder().With("wikitext2/wiki.test.raw", file);
        var task =
            KnownTasks.WikiText with { Sources = [new() { Files = [new("wikitext2/wiki.test.raw")], Format = DataFormat.WikiText }] };

        var items = ItemReader.Read(task, data.Cache).Items;

        Assert.Equal(pages.Split('|'), items.Select(item => (string?)item.Document["text"]));
        Assert.Equal(pages.Split('|').Select(WordCount.Of), items.Select(item => item.Words));
        Assert.Equal(pages.Split('|').Select(System.Text.Encoding.UTF8.GetByteCount), items.Select(item => item.Bytes[0]));
        Assert.Equal(pages.Split('|').Select(WikiTextDetokenizer.Detokenize), items.Select(item => item.Options[0].Continuation));
    }

    /// <summary>get_rolling_token_windows in lm_eval/utils.py at 003e5852ce1344120d22808a865cc1fea46f45a1 with a context of one token, as
    /// loglikelihood_rolling calls it; the windows are those that tests/test_utils.py expects at
    /// 0066f97289377f955434a6ac4dc84bebdfbb2f06.</summary>
    [Theory]
    [InlineData(34, 10, "256+0..8>0..9 9..18>10..19 19..28>20..29 23..32>30..33")]
    [InlineData(30, 10, "256+0..8>0..9 9..18>10..19 19..28>20..29")]
    [InlineData(9, 2, "256+0..0>0..1 1..2>2..3 3..4>4..5 5..6>6..7 6..7>8..8")]
    public void Windows_of_a_running_text_are_disjoint_and_the_last_sees_all_that_fits(int length, int context, string expected)
    {
        var windows = TextWindows.Make([.. Enumerable.Range(0, length)], [256], context, 0).Requests;

        Assert.Equal(expected, string.Join(' ', windows.Select(Text)));

        static string Text(ScoringRequest window)
        {
            var (inputs, targets) = (window.Ids[..^1], window.Ids[window.First..]);
            var start = inputs[0] == 256 ? "256+" : "";
            inputs = inputs[0] == 256 ? inputs[1..] : inputs;
            return $"{start}{inputs[0]}..{inputs[^1]}>{targets[0]}..{targets[^1]}";
        }
    }

    /// <summary>_encode_pair in lm_eval/api/model.py at 04e74420b0000ea417f1d44b23c6e298b04b7977: blanks that end the context are the
    /// continuation's, and its tokens are those of the whole behind as many as the context alone has.</summary>
    [Theory]
    [InlineData("ab", " cd", 2, " cd")]
    [InlineData("ab  ", "cd", 2, "  cd")]
    [InlineData("ab \n", " cd", 2, " \n cd")]
    public void Context_and_continuation_are_split_behind_the_contexts_tokens(string context, string continuation, int first, string scored)
    {
        var request = Request(new TextPair(context, continuation));

        Assert.Equal(first, request.First);
        Assert.Equal(scored, new ByteTokenizer().Decode(request.Ids.AsSpan(request.First)));
    }

    /// <summary>construct_requests in lm_eval/api/task.py at 44406dc3a40ef3f74cb82e967fa31cd1880ed525: (ctx, target_delimiter + choice),
    /// where lm_eval/tasks/blimp/_template_yaml at 2bed444112ba1ab63aa5229fdf71c086c9f875f4 has doc_to_text "" and the delimiter its
    /// default, a blank; lengths are of the choice alone.</summary>
    [Fact]
    public void The_harness_form_of_BLiMP_has_a_blank_before_the_sentence_and_ours_has_none()
    {
        using var data = new DataFolder()
            .With("pairs.jsonl", """{"sentence_good":"Cats sleep.","sentence_bad":"Cats sleeps.","UID":"x"}""");
        IReadOnlyList<TaskSource> source = [new() { Files = [new("pairs.jsonl")], Format = DataFormat.JsonLines }];

        var ours = Assert.Single(ItemReader.Read(KnownTasks.Blimp with { Sources = source }, data.Cache).Items);
        var theirs = Assert.Single(ItemReader.Read(KnownTasks.BlimpHarness with { Sources = source }, data.Cache).Items);

        Assert.Equal([new("", "Cats sleep."), new("", "Cats sleeps.")], ours.Options);
        Assert.Equal([new("", " Cats sleep."), new("", " Cats sleeps.")], theirs.Options);
        Assert.Equal([11, 12], theirs.Characters);
        Assert.Equal([11, 12], theirs.Bytes);
    }

    /// <summary>The same function: with several inputs (WinoGrande) the contexts differ and the continuation is shared.</summary>
    [Fact]
    public void Partial_scoring_asks_for_one_continuation_behind_each_context()
    {
        using var data = new DataFolder()
            .With("w.jsonl", """{"sentence":"Ann thanked _ because","option1":"Bo","option2":"Cy","answer":"2"}""".Replace(
                "because", "because he left.", StringComparison.Ordinal));
        IReadOnlyList<TaskSource> source = [KnownTasks.WinoGrande.Sources[1] with { Files = [new("w.jsonl")] }];

        var item = Assert.Single(ItemReader.Read(KnownTasks.WinoGrande with { Sources = source }, data.Cache).Items);

        Assert.Equal([new("Ann thanked Bo", " because he left."), new("Ann thanked Cy", " because he left.")], item.Options);
        Assert.Equal(1, item.Gold);
    }

    /// <summary>process_results of output type loglikelihood, at the same commit: acc is is_greedy, perplexity exp(−mean(ll)).</summary>
    [Fact]
    public void A_last_words_acc_is_greedy_and_its_perplexity_the_exponential_of_the_mean()
    {
        using var data = new DataFolder().With("sample.jsonl", "{\"q\":\"a\",\"t\":\"b\"}\n{\"q\":\"c\",\"t\":\"d\"}\n");
        var task = SampleTask.OfTarget(TaskForm.LastWord, MetricNames.Accuracy);

        // The hand-made scorer calls greedy what is above −1.
        var outcome = new Evaluator(data.Cache, new()).Run(new HandMadeScorer(request => request.Item == 0 ? -0.5 : -3), task);

        var metrics = new TaskMetrics(task, outcome.Items).All().ToDictionary(metric => metric.Name, metric => metric.Value);
        Assert.Equal(0.5, metrics["acc"]);
        Assert.Equal(Math.Exp(1.75), metrics["perplexity"], 12);
    }

    /// <summary>Ours, not the harness': np.argmax would take the first of equals.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_tie_is_right_for_nobody(int gold)
    {
        using var data = new DataFolder().With("sample.jsonl", JsonSerializer.Serialize(new { q = "?", o = new[] { "a", "b" }, a = gold }));
        var task = SampleTask.Choice(2);

        var outcome = new Evaluator(data.Cache, new()).Run(new HandMadeScorer(_ => -1), task);

        Assert.All(new TaskMetrics(task, outcome.Items).All(), metric => Assert.Equal(0, metric.Value));
    }

    private static ScoringRequest Request(TextPair option) => Assert.Single(new RequestMaker(new ByteTokenizer(), 64).Make(
        new EvaluationItem
        {
            Index = 0,
            Place = "",
            Group = "",
            Form = TaskForm.LastWord,
            Options = [option],
            Characters = [1],
            Bytes = [1],
            Gold = 0,
            Document = [],
        },
        0).Requests);
}
