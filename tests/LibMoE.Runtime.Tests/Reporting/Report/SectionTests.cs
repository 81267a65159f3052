using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting.Report.Charts;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Sections;
using LibMoE.Runtime.Statistics;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>What was analysed appears in the report, figure by figure.</summary>
public sealed class SectionTests : IDisposable
{
    private readonly SampleStudy _folder = new();

    public SectionTests() => _folder.Finished("Dense", 0, 2)
        .Finished("Smoe", 0, 2).Analysed(SampleAnalysis.Of("Smoe", 0))
        .Finished("Smoe", 1, 2).Analysed(SampleAnalysis.Of("Smoe", 1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_section_of_the_analysis_is_there()
    {
        string[] wanted = ["routing-figures", "routing-over-training", "co-activation", "specialisation", "perturbations",
            "text-explorer", "checkpoint-scores"];

        Assert.Empty(wanted.Except(_folder.Report().Tabs.SelectMany(tab => tab.Sections).Select(section => section.Id)));
    }

    [Fact]
    public void Without_an_analysis_there_is_none_of_them()
    {
        using var plain = new SampleStudy();
        plain.Finished("Dense", 0, 2).Finished("Smoe", 0, 2);

        Assert.DoesNotContain(plain.Report().Tabs, tab => tab.Id is "experts" or "texts");
    }

    [Fact]
    public void Saturation_is_the_mean_over_blocks_with_each_block_beside_it()
    {
        var chart = Chart<LineChart>("saturation-top-1");

        Assert.Equal([10, 20, 30, 40, 50, 10, 20, 30, 40, 50], chart.Data.Numbers("step"));
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], chart.Data.Numbers("value").Take(5).Select(value => Math.Round(value!.Value, 12)));
        Assert.Equal(chart.Data.Numbers("value"), chart.Data.Numbers("block_1"));
    }

    [Fact]
    public void Co_activation_leaves_an_expert_with_itself_out()
    {
        var chart = Chart<HeatMap>("co-activation-smoe-seed-0-block-0");
        var matrix = SampleAnalysis.Of("Smoe", 0).Blocks[0].CoActivation!;

        Assert.Null(chart.Data.Numbers("share")[0]);
        Assert.Equal(matrix[0][1], chart.Data.Numbers("share")[1]);
        Assert.Equal(("SwiGlu 0", "SwiGlu 1"), (chart.Data.Words(chart.Y)[1], chart.Data.Words(chart.X)[1]));
    }

    [Fact]
    public void A_domain_is_compared_with_the_expert_s_usual_share()
    {
        var chart = Chart<HeatMap>("domains-smoe-seed-0-block-1");
        var block = SampleAnalysis.Of("Smoe", 0).Blocks[1];

        Assert.Equal(block.DomainShare![0][3] / block.Share[3], chart.Data.Numbers("lift")[3]);
        Assert.Null(chart.Data.Numbers("lift")[7]);
    }

    [Fact]
    public void A_text_of_one_domain_says_how_to_have_several()
    {
        string Introduction() => _folder.Report().Tabs.SelectMany(tab => tab.Sections)
            .Single(section => section.Id == "specialisation").Parts.OfType<Prose>().Single().Text;
        Assert.StartsWith(
            "Domains of the analysed text: System (1k tokens), System.Text (1k tokens), ", Introduction(), StringComparison.Ordinal);

        foreach (var seed in new[] { 0, 1 })
        {
            _folder.Analysed(SampleAnalysis.Of("Smoe", seed) with { Domains = [new DomainSize("letters", 4000)] });
        }

        Assert.Equal(
            "All of the analysed text is of one domain, letters (4k tokens), so only the tokens of each expert are shown here. "
                + "`Corpus:Domains` names several domains, each with its text.",
            Introduction());
        Assert.DoesNotContain(_folder.Report().Charts, chart => chart.Id.StartsWith("domains-", StringComparison.Ordinal));
    }

    [Fact]
    public void Perturbations_are_means_over_seeds_in_words()
    {
        var chart = Chart<IntervalChart>("perturbations");
        var seeds = Enumerable.Range(0, 2).Select(seed => SampleAnalysis.Of("Smoe", seed).Perturbations[0].Difference).ToList();

        Assert.Equal(["without the first pick", "K = 1", "temperature 0.5", "random experts"], chart.Data.Words("perturbation"));
        Assert.Equal(seeds.Average(), chart.Data.Numbers("difference")[0]!.Value, 12);
        Assert.Equal(
            StudentT.Quantile(0.05, 1) * Math.Sqrt(0.05 * 0.05 + Math.Pow(seeds[0] - seeds[1], 2) / 4),
            chart.Data.Numbers("half_interval")[0]!.Value, 1e-9);
    }

    [Fact]
    public void Perturbations_of_several_variants_stand_by_family_and_value()
    {
        PerturbationResult TopK(double k) => new() { Name = "TopK", Value = k, Loss = 3, Difference = 0.1, StandardError = 0.05 };
        _folder.Finished("Fine", 0, 2).Analysed(SampleAnalysis.Of("Fine",
            0) with
        { Perturbations = [TopK(12), TopK(4), new() { Name = "DropTop1", Loss = 3, Difference = 0, StandardError = 0 }] });

        Assert.Equal(
            ["without the first pick", "K = 1", "K = 4", "K = 12", "temperature 0.5", "random experts"],
            Chart<IntervalChart>("perturbations").Data.Words("perturbation").Distinct());
    }

    [Fact]
    public void A_study_with_a_question_begins_with_its_answer()
    {
        Assert.DoesNotContain(_folder.Report().Tabs[0].Sections, section => section.Id == "question");
        File.WriteAllText(Path.Combine(_folder.Path, "preset.json"), """{"preset":"dense","question":"What is a mixture worth?","answer":["Smoe reaches it after 62 % of the steps.","Other never does."]}""");

        var section = _folder.Report().Tabs[0].Sections[0];

        Assert.Equal("question", section.Id);
        Assert.Equal("What is a mixture worth?", Assert.IsType<Prose>(section.Parts[0]).Text);
        Assert.Equal(["Smoe reaches it after 62 % of the steps.", "Other never does."],
            Assert.IsType<NoticeList>(section.Parts[1]).Notices.Select(notice => notice.Text));
    }

    [Fact]
    public void Ablations_have_a_cell_for_every_expert_of_one_seed() => Assert.Equal(16, Chart<HeatMap>("expert-ablations").Data.Rows);

    [Fact]
    public void The_explorer_has_the_tokens_of_one_run_of_each_variant_with_their_experts()
    {
        var json = Assert.Single(_folder.Report().Parts.OfType<TextExplorer>()).Texts[0].ToJson();
        var trace = SampleAnalysis.Of("Smoe", 0).Texts[0];

        Assert.Equal("Smoe, seed 0", json["model"]!.GetValue<string>());
        Assert.Equal(trace.Tokens, json["tokens"]!.AsArray().Select(token => token!.GetValue<string>()));
        Assert.Equal(trace.Blocks[1].Experts[5], json["blocks"]![1]!["experts"]![5]!.AsArray().Select(expert => expert!.GetValue<int>()));
    }

    [Fact]
    public void Empty_slots_at_a_token_s_end_are_left_out_of_the_page()
    {
        var text = new ExploredText("Smoe", "a text", 4, ["a"], [new BlockTrace(0, [[2, -1, -1]], [[0.25, 0, 0]])]);

        Assert.Equal("""{"block":0,"experts":[[2]],"weights":[[0.25]]}""", text.ToJson()["blocks"]![0]!.ToJsonString());
    }

    [Fact]
    public void Pictures_show_question_answer_and_the_first_expert_of_each_patch()
    {
        var picture = new PictureTrace
        {
            Kind = "color",
            Question = "what <b> is it",
            Answer = "red",
            Said = "blue",
            IsRight = false,
            Png = [1, 2, 3],
            Grid = 2,
            Layers = [new PatchTrace("encoder block 1", new BlockTrace(1, [[3, 0], [0, 1], [3], []], [[0.75, 0.25], [0.6, 0.4], [1], []]))],
        };
        _folder.Analysed(SampleAnalysis.Of("Smoe", 0) with { Pictures = [picture] });

        Assert.Equal([picture], Assert.Single(_folder.Report().Parts.OfType<PatchPictures>()).Pictures.Select(
            shown => picture with { Png = shown.Png.SequenceEqual(picture.Png) ? picture.Png : [] }));
        var html = _folder.Html();
        Assert.Contains("--picture:url(data:image/png;base64,AQID)", html, StringComparison.Ordinal);
        Assert.Contains("what &lt;b&gt; is it</h4><p>answered <b class=\"fault\">blue</b>, wrong: red</p>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<rect x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill-opacity=\"0.49\"><title>expert 3 (0.75), expert 0 (0.25)</title></rect>"
                + "<text x=\"0.5\" y=\"0.5\">3</text>",
            html, StringComparison.Ordinal);
        Assert.Equal(3, html.Split("<rect x=").Length - 1);
        Assert.DoesNotContain("<rect x=\"1\" y=\"1\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_pictures_there_is_no_tab_for_them() =>
        Assert.DoesNotContain(_folder.Report().Tabs, tab => tab.Id == "pictures");

    [Fact]
    public void A_kind_of_question_is_compared_with_all_words()
    {
        var analysis = SampleAnalysis.Of("Smoe", 0, blocks: 2, experts: 2);
        _folder.Analysed(analysis with
        {
            Kinds = ["color", "shape"],
            Blocks = [analysis.Blocks[0], analysis.Blocks[1] with { KindPicks = [[30, 10], [30, 30]] }],
        });

        var chart = Chart<HeatMap>("question-kinds-smoe-seed-0-block-1");

        Assert.DoesNotContain(_folder.Report().Charts, other => other.Id == "question-kinds-smoe-seed-0-block-0");
        Assert.Equal([30, 10, 30, 30], chart.Data.Numbers("picks"));
        Assert.Equal([0.75 / 0.6, 0.25 / 0.4, 0.5 / 0.6, 0.5 / 0.4], chart.Data.Numbers("lift").Select(lift => Math.Round(lift!.Value, 12)),
            (wanted, shown) => Math.Abs(wanted - shown) < 1e-9);
    }

    [Fact]
    public void Load_is_shown_for_each_kind_of_token_of_other_data_than_text()
    {
        Assert.DoesNotContain(_folder.Report().Charts, chart => chart.Id.StartsWith("load-by-tokens", StringComparison.Ordinal));
        foreach (var seed in new[] { 0, 1 })
        {
            _folder.OfLearner("Smoe", seed);
        }

        _folder.OfLearner("Dense", 0);
        var analysis = SampleAnalysis.Of("Smoe", 0, blocks: 1, experts: 2);
        _folder.Analysed(analysis with
        {
            Domains = [new("image", 10), new("text", 4)],
            Blocks = [analysis.Blocks[0] with { DomainShare = [[0.75, 0.25], [0, 0]] }],
        });

        var chart = Chart<HeatMap>("load-by-tokens-smoe-seed-0");

        Assert.Equal(["0 · image", "0 · image"], chart.Data.Words("tokens"));
        Assert.Equal([1.5, 0.5], chart.Data.Numbers("load"));
    }

    [Fact]
    public void Task_scores_stand_in_the_summary_with_their_errors_and_beside_guessing_in_a_chart()
    {
        for (var seed = 0; seed < 2; seed++)
        {
            _folder.Evaluated(seed, SampleEvaluation.Of("Smoe", ("copa", 0.6, 0.02, 0.5)));
        }

        var column = _folder.Report().Tables.Single(table => table.Id == "summary").Columns.Single(column => column.Header == "copa");

        Assert.Equal(["–", "0.600 ± 0.020"], column.Cells);
        Assert.Equal(0.5, Chart<IntervalChart>("task-scores-copa").Reference);
    }

    [Fact]
    public void Matrices_of_many_experts_are_shown_for_some_blocks_only()
    {
        Assert.Equal([0, 1, 2], MatrixBudget.Blocks(runs: 4, blocks: 3, each: 64));
        Assert.Equal([0, 4, 8, 12], MatrixBudget.Blocks(runs: 3, blocks: 16, each: 64 * 64));
        Assert.Equal([0], MatrixBudget.Blocks(runs: 100, blocks: 16, each: 64 * 64));
    }

    [Fact]
    public void Disturbances_that_were_left_out_are_named_with_the_reason()
    {
        _folder.Analysed(SampleAnalysis.Of("Smoe", 0) with
        {
            OmittedPerturbations = [new("DropTop1", null, "Smoe keeps 2 experts"), new("TopK", 3, "Smoe keeps 2 experts")],
        });

        Assert.EndsWith(" Left out: without the first pick, K = 3, since Smoe keeps 2 experts.",
            Chart<IntervalChart>("perturbations").Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_of_speed_are_quartiles_and_never_below_nothing()
    {
        _folder.Write("Smoe", 0, CellFiles.Metrics, string.Concat(
            new[] { 10.0, 20, 30, 90_000, 100_000 }.Select((speed, index) => System.Text.Json.JsonSerializer.Serialize(
                new TrainingProgress(index + 1, 5, 2, 0, 1e-3, speed, null, null, TimeSpan.FromSeconds(index), []), RunJson.Line) + "\n")));
        _folder.Write("Smoe", 1, CellFiles.Metrics, "");

        var chart = Chart<IntervalChart>("tokens-per-second");
        var smoe = chart.Data.Words("variant").ToList().IndexOf("Smoe");

        Assert.Equal((20, 90_000), chart.Bar(smoe));
        Assert.Equal(30, chart.Data.Numbers("tokens_per_second")[smoe]);
        Assert.All(Enumerable.Range(0, chart.Data.Rows), row => Assert.True(chart.Bar(row).Low >= 0));
    }

    [Fact]
    public void Time_that_rounds_leave_open_is_said_to_be_open()
    {
        _folder.Finished("Smoe", 1, 2);

        var table = _folder.Report().Tables.Single(table => table.Id == "time-against-dense");

        Assert.Equal(["cannot be determined here"], table.Columns.Single(column => column.Header == "What can be told").Cells);
    }

    private T Chart<T>(string id)
        where T : ReportChart => (T)_folder.Report().Charts.Single(chart => chart.Id == id);
}
