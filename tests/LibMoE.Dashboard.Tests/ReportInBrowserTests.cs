using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Tests.Reporting.Report;
using Microsoft.Playwright;

namespace LibMoE.Dashboard.Tests;

/// <summary>The report as a reader has it: opened from the disk in a browser.</summary>
public sealed class ReportInBrowserTests(Browser browser, SampleReport sample) : IClassFixture<Browser>, IClassFixture<SampleReport>
{
    private static readonly string[] Tabs = ["overview", "training", "routing", "experts", "texts", "setup"];

    [SkippableFact]
    public async Task Every_chart_has_marks_whatever_is_chosen()
    {
        await using var open = await Open();
        var seen = new HashSet<string>();
        foreach (var tab in Tabs)
        {
            await open.Tab(tab);
            await Look();
            var choices = open.Page.Locator($"#{tab} select[data-choice]");
            for (var choice = 0; choice < await choices.CountAsync(); choice++)
            {
                for (var option = 1; option < await choices.Nth(choice).Locator("option").CountAsync(); option++)
                {
                    await choices.Nth(choice).SelectOptionAsync(new SelectOptionValue { Index = option });
                    await Look();
                }
            }
        }

        Assert.Equal(sample.Report.Charts.Select(chart => chart.Id).Order(), seen.Order());
        Assert.Empty(open.Errors);

        async Task Look()
        {
            foreach (var chart in await open.Charts())
            {
                seen.Add(chart.Id);
                Assert.True(
                    chart.Marks > 0 && chart.Shapes >= chart.Marks, $"{chart.Id} has {chart.Shapes} shapes for {chart.Marks} figures.");
            }
        }
    }

    [SkippableFact]
    public async Task No_request_leaves_the_page_and_nothing_is_complained_of()
    {
        await using var open = await Open();
        foreach (var tab in Tabs)
        {
            await open.Tab(tab);
        }

        Assert.Empty(open.Requests.Where(address => !address.StartsWith("data:", StringComparison.Ordinal)).Skip(1));
        Assert.Empty(open.Errors);
    }

    [SkippableFact]
    public async Task Tabs_are_one_stop_of_the_keyboard_and_arrows_move_between_them()
    {
        await using var open = await Open();
        await open.Page.FocusAsync("#tab-overview");
        await open.Page.Keyboard.PressAsync("ArrowRight");

        Assert.Equal("tab-training", await Focused(open));
        Assert.True(await open.Page.IsVisibleAsync("#training"));
        Assert.False(await open.Page.IsVisibleAsync("#overview"));
        Assert.EndsWith("#tab=training", open.Page.Url, StringComparison.Ordinal);

        await open.Page.Keyboard.PressAsync("End");
        Assert.Equal("tab-setup", await Focused(open));
        await open.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("setup", await Focused(open));
    }

    [SkippableFact]
    public async Task The_text_explorer_responds_to_mouse_and_keyboard()
    {
        await using var open = await Open();
        await open.Tab("texts");
        var tokens = open.Page.Locator(".token");
        Assert.Equal(60, await tokens.CountAsync());

        await tokens.Nth(7).ClickAsync();
        Assert.StartsWith("Token 8 of 60", await Detail(), StringComparison.Ordinal);
        await open.Page.Keyboard.PressAsync("ArrowRight");
        Assert.StartsWith("Token 9 of 60", await Detail(), StringComparison.Ordinal);
        Assert.Matches("Block 0\\s*expert \\d \\(0.7\\), expert \\d \\(0.3\\)", await Detail());

        var first = await tokens.Nth(0).GetAttributeAsync("data-expert");
        await open.Page.ClickAsync(
            $".explorer .legend button:nth-child({int.Parse(first!, System.Globalization.CultureInfo.InvariantCulture) + 1})");
        Assert.InRange(await open.Page.Locator(".token.away").CountAsync(), 1, 59);

        var before = await open.Page.InnerTextAsync(".tokens");
        await open.Page.Locator(".explorer select").Nth(1).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        Assert.NotEqual(before, await open.Page.InnerTextAsync(".tokens"));
        Assert.Empty(open.Errors);

        Task<string> Detail() => open.Page.InnerTextAsync(".explorer .detail");
    }

    [SkippableFact]
    public async Task Figures_and_drawings_can_be_saved()
    {
        await using var open = await Open();
        await open.Tab("training");
        var csv = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.ClickAsync("[data-csv='training-loss']"));
        var svg = await open.Page.RunAndWaitForDownloadAsync(() => open.Page.ClickAsync("[data-svg='training-loss']"));

        Assert.Equal("training-loss.csv", csv.SuggestedFilename);
        Assert.Equal("variant,seed,step,seconds,loss", File.ReadLines(await csv.PathAsync()).First());
        Assert.Equal(1 + sample.Report.Figures("training-loss")!.Rows, File.ReadLines(await csv.PathAsync()).Count());
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(await svg.PathAsync()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_figures_of_a_chart_can_be_read_as_a_table_by_keyboard()
    {
        await using var open = await Open();
        await open.Tab("training");
        await open.Page.FocusAsync("[data-table='training-loss']");
        await open.Page.Keyboard.PressAsync("Enter");

        Assert.Equal(sample.Report.Figures("training-loss")!.Rows, await open.Page.Locator(".figures tbody tr").CountAsync());
        Assert.Equal("true", await open.Page.GetAttributeAsync("[data-table='training-loss']", "aria-expanded"));
        await open.Page.Keyboard.PressAsync("Enter");
        Assert.Equal(0, await open.Page.Locator(".figures").CountAsync());
    }

    [SkippableFact]
    public async Task The_theme_follows_the_system_until_the_reader_chooses()
    {
        await using var open = await Open(theme: ColorScheme.Dark);
        var dark = await Background(open);
        await open.Page.ClickAsync("[data-theme-toggle]");

        Assert.Equal("rgb(255, 255, 255)", await Background(open));
        Assert.NotEqual("rgb(255, 255, 255)", dark);
    }

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task It_fits_the_screen_in_both_themes(int width)
    {
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var open = await Open(width, theme);
            foreach (var tab in Tabs)
            {
                await open.Tab(tab);
                Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                await open.Page.ScreenshotAsync(new PageScreenshotOptions
                {
                    Path = Path.Combine(Browser.Screenshots, $"report-{tab}-{width}-{theme}.png".ToLowerInvariant()),
                    FullPage = true,
                });
            }

            Assert.Empty(open.Errors);
        }
    }

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task No_label_of_a_chart_is_cut_off(int width)
    {
        await using var open = await Open(width);
        foreach (var tab in Tabs)
        {
            await open.Tab(tab);
            Assert.Empty(await open.Page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll(".plot[data-chart]")].filter(plot => plot.offsetParent !== null).flatMap(plot => {
                  const frame = plot.getBoundingClientRect();
                  return [...plot.querySelectorAll("svg text")].filter(text => {
                    const box = text.getBoundingClientRect();
                    return text.textContent.endsWith("...") || text.closest("[clip-path]") || box.left < frame.left - 1 || box.right > frame.right + 1
                      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
                  }).map(text => plot.dataset.chart + ": " + text.textContent);
                })
                """));
        }
    }

    /// <summary>A table that is cut off at the window's edge looks whole.</summary>
    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task What_is_wider_than_its_place_shows_that_it_scrolls_and_nothing_else_does(int width)
    {
        await using var open = await Open(width);
        var wide = 0;
        foreach (var tab in Tabs)
        {
            await open.Tab(tab);
            await open.Page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true); new Promise(done => "
                + "requestAnimationFrame(() => requestAnimationFrame(done)))");
            var places = await open.Page.EvaluateAsync<ScrollingPlace[]>(
                """
                () => [...document.querySelectorAll(".scroll, .listing pre")].filter(place => place.offsetParent !== null).map(place => ({
                  wide: place.scrollWidth > place.clientWidth + 1,
                  says: place.previousElementSibling?.classList.contains("wider") === true && !place.previousElementSibling.hidden,
                  fades: place.classList.contains("more-right"),
                }))
                """);
            wide += places.Count(place => place.Wide);
            Assert.All(places, place => Assert.Equal((place.Wide, place.Wide), (place.Says, place.Fades)));
        }

        Assert.True(width > 390 || wide > 3, "Nothing was wide enough to show it.");
    }

    [SkippableFact]
    public async Task A_table_that_was_scrolled_to_its_end_fades_on_the_other_side()
    {
        await using var open = await Open(390);
        await open.Page.EvaluateAsync(
            "() => { const place = document.querySelector('#summary .scroll'); place.scrollLeft = place.scrollWidth; }");

        await open.Page.WaitForFunctionAsync("() => document.querySelector('#summary .scroll').classList.contains('more-left')");
        Assert.False(await open.Page.EvaluateAsync<bool>(
            "() => document.querySelector('#summary .scroll').classList.contains('more-right')"));
    }

    [SkippableFact]
    public async Task The_whole_axis_of_a_cut_chart_can_be_seen()
    {
        await using var open = await Open();
        await open.Tab("training");
        var cut = await Top();
        await open.Page.ClickAsync("[data-whole='training-loss']");

        Assert.Equal("true", await open.Page.GetAttributeAsync("[data-whole='training-loss']", "aria-pressed"));
        Assert.True(await Top() > 1.5 * cut);
        Assert.Empty(open.Errors);

        Task<double> Top() => open.Page.EvaluateAsync<double>(
            "report.charts.drawn.get(document.querySelector('.plot[data-chart=training-loss]')).getModel()"
                + ".getComponent('yAxis').axis.scale.getExtent()[1]");
    }

    [SkippableFact]
    public async Task Experts_of_the_text_explorer_have_colours_of_their_own()
    {
        await using var open = await Open();
        await open.Tab("texts");
        var colours = await open.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.explorer .legend button')].map(button => getComputedStyle(button).borderBottomColor)");

        Assert.Equal(8, colours.Length);
        Assert.Equal(colours, colours.Distinct());
    }

    [SkippableFact]
    public async Task An_empty_a_half_finished_and_a_failed_study_are_pages_that_say_so()
    {
        using var folder = new SampleStudy();
        await Says("empty", "Nothing has been run here yet");
        folder.Unfinished("Smoe", 0, 3);
        await Says("half", "1 variant, 1 run: 0 finished, 1 not finished.");
        folder.Failed("Other", 0, "System.IO.IOException: The disk is full.");
        await Says("failed", "Other, seed 0, failed: The disk is full.");

        async Task Says(string name, string text)
        {
            await using var open = await browser.Open("file://" + ReportWriter.Write(folder.Path), 390);
            Assert.Contains(text, await open.Page.InnerTextAsync("#report"), StringComparison.Ordinal);
            Assert.Empty(open.Errors);
            await open.Page.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(Browser.Screenshots, $"report-{name}.png"), FullPage = true });
        }
    }

    private Task<OpenPage> Open(int width = 1280, ColorScheme theme = ColorScheme.Light) =>
        browser.Open("file://" + sample.Page, width, theme);

    private static Task<string> Focused(OpenPage open) => open.Page.EvaluateAsync<string>("document.activeElement.id");

    private static Task<string> Background(OpenPage open) =>
        open.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private sealed class ScrollingPlace
    {
        public bool Wide { get; set; }

        public bool Says { get; set; }

        public bool Fades { get; set; }
    }
}
