using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Index;
using Microsoft.Playwright;

namespace LibMoE.Dashboard.Tests;

/// <summary>The list of runs is used by keyboard alone: find, choose, compare, tag.</summary>
public sealed class RunPagesInBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const string Token = "0123456789abcdef";

    private readonly RunFolder _runs = new();

    public void Dispose() => _runs.Dispose();

    [SkippableFact]
    public async Task Two_runs_are_found_chosen_and_seen_side_by_side_without_a_mouse()
    {
        await using var watched = await Start();
        await using var open = await browser.Open(watched.Address + "runs");
        await TabTo(open, "#find");
        await open.Page.Keyboard.TypeAsync("common");
        Assert.Equal(2, await open.Page.Locator("#rows tr:visible").CountAsync());
        Assert.Equal("2 of 3 have these words.", await open.Page.InnerTextAsync("#count"));

        await TabTo(open, "input[value=common-a]");
        await open.Page.Keyboard.PressAsync("Space");
        await TabTo(open, "input[value=common-b]");
        await open.Page.Keyboard.PressAsync("Space");
        await TabTo(open, "#compare", "Shift+Tab");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.Page.WaitForURLAsync("**/compare?*");

        Assert.Contains("compare?run=common-", open.Page.Url, StringComparison.Ordinal);
        Assert.Contains("Against the first run", await open.Page.InnerTextAsync("#report"), StringComparison.Ordinal);
        await open.Tab("training");
        Assert.All(await open.Charts(), chart => Assert.True(chart.Shapes >= chart.Marks, chart.Id));
        await open.Tab("routing");
        Assert.NotEmpty(await open.Charts());
        Assert.Empty(open.Errors);
    }

    [SkippableFact]
    public async Task Nothing_chosen_is_said_and_leads_nowhere()
    {
        await using var watched = await Start();
        await using var open = await browser.Open(watched.Address + "runs");
        await open.Page.FocusAsync("#compare");
        await open.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("Choose runs first.", await open.Page.InnerTextAsync("#count"));
        Assert.EndsWith("/runs", open.Page.Url, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_first_stop_of_the_keyboard_leads_past_the_navigation()
    {
        await using var watched = await Start();
        await using var open = await browser.Open(watched.Address.ToString());
        await open.Page.Keyboard.PressAsync("Tab");

        Assert.Equal("#main", await open.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"));
        Assert.InRange(await open.Page.EvaluateAsync<double>("document.activeElement.getBoundingClientRect().left"), 0, 10);
    }

    [SkippableFact]
    public async Task Tags_are_changed_by_who_has_the_token()
    {
        await using var watched = await Start();
        await using var open = await browser.Open(watched.Address + "runs");
        await open.Page.CheckAsync("input[value=other]");
        await open.Page.ClickAsync("summary");
        await open.Page.FillAsync("#tags", "paper first");
        await open.Page.FillAsync("#token", "wrong");
        await open.Page.ClickAsync("button[value=add]");
        await Says("The token is not the server's.");
        await open.Page.FillAsync("#token", Token);
        await open.Page.ClickAsync("button[value=add]");
        await Says("Done.");

        Assert.Equal(["first", "paper"], RunTags.Of(Path.Combine(_runs.Path, "other")));
        Assert.True(await open.Page.IsCheckedAsync("input[value=other]"));

        // Playwright's own waiting for a function is a string that the page's policy does not let run.
        Task Says(string text) => open.Page.Locator("#tagged").Filter(new LocatorFilterOptions { HasText = text }).WaitForAsync();
    }

    [SkippableFact]
    public async Task A_page_that_waits_shows_loss_speed_and_time_left_once_the_run_begins()
    {
        await using var watched = await WatchedStudy.Start(Path.Combine(_runs.Path, "later"), all: _runs.Path);
        await using var open = await browser.Open(watched.Address.ToString());
        Assert.Contains("waiting for it", await open.Page.InnerTextAsync("#report"), StringComparison.Ordinal);

        _runs.Add("later", study => AlertTests.Run(study, 2, [10, 10, 10, 10], [10, 10, 10, 10]));
        await open.Page.WaitForSelectorAsync("#under-way", new PageWaitForSelectorOptions { State = WaitForSelectorState.Visible });

        var row = await open.Page.InnerTextAsync("#under-way tbody tr");
        // Ten steps a second, 80 of 100 to come.
        Assert.Equal(["Smoe, seed 0", "20 of 100", "2.000", "–", "1k", "2.0 s", "8.0 s"], row.Split('\t').Select(cell => cell.Trim()));
        Assert.Empty(open.Errors);
    }

    private Task<WatchedStudy> Start()
    {
        foreach (var name in new[] { "common-a", "common-b", "other" })
        {
            _runs.Add(name, study => study.Finished("Smoe", 0, name.Length, new ExpertLoad([[10, 20, 30, 0]])));
        }

        return WatchedStudy.Start(
            Path.Combine(_runs.Path, "other"), options: new DashboardOptions { Port = 0, Token = Token }, all: _runs.Path);
    }

    /// <summary>Presses a key until something has the focus; it must have it within as many presses as the page has stops.</summary>
    private static async Task TabTo(OpenPage open, string selector, string key = "Tab")
    {
        for (var press = 0; press < 60; press++)
        {
            if (await open.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await open.Page.Keyboard.PressAsync(key);
        }

        Assert.Fail($"The keyboard does not reach {selector}.");
    }
}
