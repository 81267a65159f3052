using LibMoE.Runtime.Tests.Reporting.Report;
using Microsoft.Playwright;

namespace LibMoE.Dashboard.Tests;

/// <summary>The live page goes along with the study, and alerts cannot be overlooked.</summary>
public sealed class WatchInBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly SampleStudy _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_open_page_follows_the_run_and_raises_an_alert_when_an_expert_dies()
    {
        AlertTests.Run(_folder, 2, [10, 10, 10, 10], [10, 10, 10, 0]);
        await using var watched = await WatchedStudy.Start(_folder.Path);
        await using var open = await browser.Open(watched.Address.ToString());
        await open.Tab("routing");
        Assert.Equal(0, await open.Page.Locator(".alert").CountAsync());

        AlertTests.Run(_folder, 2, [10, 10, 10, 10], [10, 10, 10, 0], [10, 10, 10, 0], [10, 10, 10, 0]);
        await open.Page.WaitForSelectorAsync(
            "[data-kind=DeadExpert]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Visible });

        Assert.Contains("expert 3 of block 0 got no token", await open.Page.InnerTextAsync("#alerts"), StringComparison.Ordinal);
        Assert.Equal("alert", await open.Page.GetAttributeAsync("#alerts", "role"));
        Assert.StartsWith("(1) ", await open.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.True(await open.Page.IsVisibleAsync("#routing"));
        Assert.All(await open.Charts(), chart => Assert.True(chart.Shapes >= chart.Marks, chart.Id));
        Assert.All(open.Requests, address => Assert.StartsWith(watched.Address.ToString(), address, StringComparison.Ordinal));
        Assert.Empty(open.Errors);
        await open.Page.ScreenshotAsync(
            new PageScreenshotOptions { Path = Path.Combine(Browser.Screenshots, "watch-1280.png"), FullPage = true });
    }
}
