using LibMoE.Runtime;
using LibMoE.Runtime.Tests.Reporting.Report;
using Microsoft.Playwright;

namespace LibMoE.Dashboard.Tests;

/// <summary>axe-core finds nothing to object to on any page, tab by tab, in both themes and on a telephone.</summary>
public sealed class AccessibilityTests(Browser browser, SampleReport sample)
    : IClassFixture<Browser>, IClassFixture<SampleReport>, IDisposable
{
    private readonly RunFolder _runs = new();

    public void Dispose() => _runs.Dispose();

    public static TheoryData<int, ColorScheme> Screens => new()
    {
        { 1280, ColorScheme.Light }, { 390, ColorScheme.Dark },
    };

    public static TheoryData<int, ColorScheme> OtherScreens => new()
    {
        { 1280, ColorScheme.Dark }, { 390, ColorScheme.Light },
    };

    [SkippableTheory]
    [MemberData(nameof(Screens))]
    public Task The_report(int width, ColorScheme theme) => AssertReport(width, theme);

    [SkippableTheory, Trait("Category", "Campaign")]
    [MemberData(nameof(OtherScreens))]
    public Task The_report_on_other_screens(int width, ColorScheme theme) => AssertReport(width, theme);

    [SkippableTheory]
    [MemberData(nameof(Screens))]
    public Task The_live_page_with_alerts_the_list_of_runs_and_runs_side_by_side(int width, ColorScheme theme) =>
        AssertLivePages(width, theme);

    [SkippableTheory, Trait("Category", "Campaign")]
    [MemberData(nameof(OtherScreens))]
    public Task The_live_pages_on_other_screens(int width, ColorScheme theme) => AssertLivePages(width, theme);

    private async Task AssertReport(int width, ColorScheme theme)
    {
        await using var open = await browser.Open("file://" + sample.Page, width, theme);

        await EachTab(open);
    }

    private async Task AssertLivePages(int width, ColorScheme theme)
    {
        var first = Fill();
        await using var watched = await WatchedStudy.Start(
            first, options: new DashboardOptions { Port = 0, Token = "0123456789abcdef" }, all: _runs.Path);
        foreach (var path in new[] { "", "runs", "runs/second", "compare?run=first&run=second" })
        {
            await using var open = await browser.Open(watched.Address + path, width, theme);
            await EachTab(open);
            Assert.Equal(width, await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.Empty(open.Errors);
            await open.Page.EvaluateAsync(
                "document.querySelectorAll('details').forEach(one => one.open = false); document.querySelector('[role=tab]')?.click()");
            await open.Page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Browser.Screenshots, $"live-{Slug(path)}-{width}-{theme}.png".ToLowerInvariant()),
                FullPage = true,
            });
        }
    }

    [SkippableFact]
    public async Task The_page_that_waits_for_a_run()
    {
        await using var watched = await WatchedStudy.Start(Path.Combine(_runs.Path, "later"), all: _runs.Path);
        await using var open = await browser.Open(watched.Address.ToString());

        await EachTab(open);
        await open.Page.ScreenshotAsync(
            new PageScreenshotOptions { Path = Path.Combine(Browser.Screenshots, "live-waiting-1280.png"), FullPage = true });
    }

    private static async Task EachTab(OpenPage open)
    {
        await open.Page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
        var tabs = await open.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('[role=tab]')].map(tab => tab.id)");
        foreach (var tab in tabs.DefaultIfEmpty(""))
        {
            if (tab.Length > 0)
            {
                await open.Page.ClickAsync("#" + tab);
            }

            var found = await Axe.Violations(open);
            Assert.True(found.Count == 0, $"{open.Page.Url} {tab}:\n{string.Join('\n', found)}");
        }
    }

    private string Fill()
    {
        _runs.Add("second", study => study.Finished("Smoe", 0, 2).Finished("Dense", 0, 2.25).Analysed(SampleAnalysis.Of("Smoe", 0)));
        return _runs.Add("first", study =>
        {
            study.Finished("Dense", 0, 2.5);
            AlertTests.Run(study, 2, [10, 10, 10, 10], [10, 10, 10, 0], [10, 10, 10, 0], [10, 10, 10, 0]);
        });
    }

    private static string Slug(string path) => path.Length == 0 ? "watched" : path.Split('?')[0].Replace('/', '-');
}
