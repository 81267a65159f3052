using System.Net;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Index;

namespace LibMoE.Dashboard.Tests;

/// <summary>All runs of a folder can be looked at by their names, several side by side; nothing else can, and nothing changes without the
/// token.</summary>
public sealed class RunPagesTests : IDisposable
{
    private const string Token = "0123456789abcdef";

    private readonly RunFolder _runs = new();

    public RunPagesTests()
    {
        _runs.Add("first", study => study.Finished("Smoe", 0, 2.5));
        _runs.Add("second one", study => study.Finished("Smoe", 0, 2).Finished("Dense", 0, 2.25));
        _runs.Add("<b>odd", study => study.Unfinished("Smoe", 0, 3));
    }

    public void Dispose() => _runs.Dispose();

    [Fact]
    public async Task The_list_has_every_run_with_its_state_and_best_metric_and_is_encoded()
    {
        await using var watched = await Start();
        var html = await watched.Http.GetStringAsync(new Uri("/runs", UriKind.Relative));

        Assert.Contains("<a href=\"/runs/second%20one\">second one</a>", html, StringComparison.Ordinal);
        Assert.Contains("2.000 ± ", html, StringComparison.Ordinal);
        Assert.Contains("stopped (0 of 1 done)", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;odd", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>odd", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_seen_by_its_name()
    {
        await using var watched = await Start();

        var page = await watched.Http.GetStringAsync(new Uri("/runs/second%20one", UriKind.Relative));
        Assert.Contains("2 variants, 2 runs, all finished.", page, StringComparison.Ordinal);
        Assert.Contains("\"run=second%20one\"", page, StringComparison.Ordinal);
        Assert.Contains("\"body\":", await Get(watched, "/live?run=second%20one"), StringComparison.Ordinal);
        Assert.StartsWith(
            "variant,seed,step", await Get(watched, "/data/training-loss.csv?run=second%20one"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_runs_stand_side_by_side_with_their_differences()
    {
        await using var watched = await Start();
        var csv = await watched.Http.GetStringAsync(new Uri("/data/compared.csv?run=first&run=second%20one", UriKind.Relative));

        // Against "first", which has one variant: its own name where it is there, else that one.
        Assert.Equal(
            [["first", "Smoe", "2.5", ""], ["second one", "Smoe", "2", "-0.5"], ["second one", "Dense", "2.25", "-0.25"]],
            csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))
                .OrderBy(cells => cells[0]).ThenByDescending(cells => cells[1])
                .Select(cells => (string[])[cells[0], cells[1], cells[2], cells[4].Length > 5 ? cells[4][..5].TrimEnd('0') : cells[4]]));
        var curves = await watched.Http.GetStringAsync(new Uri("/data/training-loss.csv?run=first&run=second%20one", UriKind.Relative));
        Assert.Contains("first: Smoe,", curves, StringComparison.Ordinal);
        Assert.Contains("second one: Dense,", curves, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/runs/none")]
    [InlineData("/runs/../first")]
    [InlineData("/runs/%2e%2e/first")]
    [InlineData("/runs/..%2ffirst")]
    [InlineData("/runs/first%2fSmoe")]
    [InlineData("/runs/%2fetc")]
    [InlineData("/compare?run=first&run=../first")]
    [InlineData("/compare?run=/etc&run=first")]
    [InlineData("/live?run=..")]
    [InlineData("/data/training-loss.csv?run=first/Smoe/seed-0")]
    [InlineData("/charts/training-loss.png?run=%00")]
    public async Task Only_names_of_the_list_are_runs(string path)
    {
        await using var watched = await Start();
        var (status, content) = await watched.Raw(path);

        Assert.True(status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{status}");
        Assert.DoesNotContain("LibMoE", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_a_policy_and_only_a_pages_own_scripts_run()
    {
        await using var watched = await Start();
        var nonces = new HashSet<string>();
        foreach (var path in new[] { "/", "/runs", "/runs/first", "/compare?run=first&run=second%20one" })
        {
            using var answer = await watched.Http.GetAsync(new Uri(path, UriKind.Relative));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            var html = await answer.Content.ReadAsStringAsync();
            var nonce = policy.Split("'nonce-")[1].Split('\'')[0];

            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-inline", policy.Split("script-src")[1].Split(';')[0], StringComparison.Ordinal);
            Assert.True(nonces.Add(nonce), "A nonce was given twice.");
            Assert.All(html.Split("<script").Skip(1), script => Assert.True(
                script.StartsWith($" nonce=\"{nonce}\"", StringComparison.Ordinal)
                    || script.StartsWith(" type=\"application/json\"", StringComparison.Ordinal), script[..60]));
        }

        foreach (var path in new[] { "/live", "/runs/rows", "/data/training-loss.csv", "/none" })
        {
            using var answer = await watched.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal("default-src 'none'; frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        }
    }

    [Fact]
    public async Task Without_a_token_nothing_can_be_changed()
    {
        await using var watched = await Start();

        Assert.Equal(HttpStatusCode.NotFound, (await Tag(watched, "first", """{"add": ["a"]}""", Token)).Status);
        Assert.Empty(RunTags.Of(Path.Combine(_runs.Path, "first")));
        Assert.DoesNotContain("Change tags", await Get(watched, "/runs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_brings_the_token_changes_tags()
    {
        await using var watched = await Start(Token);

        Assert.Equal(HttpStatusCode.OK, (await Tag(watched, "second%20one", """{"add": ["paper", "b"], "remove": ["b"]}""", Token)).Status);

        Assert.Equal(["paper"], RunTags.Of(Path.Combine(_runs.Path, "second one")));
        Assert.Empty(RunTags.Of(Path.Combine(_runs.Path, "first")));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "first", """{"add": ["a"]}""", "0123456789abcdee")]
    [InlineData(HttpStatusCode.Unauthorized, "first", """{"add": ["a"]}""", "")]
    [InlineData(HttpStatusCode.NotFound, "none", """{"add": ["a"]}""", Token)]
    [InlineData(HttpStatusCode.NotFound, "..%2ffirst", """{"add": ["a"]}""", Token)]
    [InlineData(HttpStatusCode.BadRequest, "first", """{"add": ["../a"]}""", Token)]
    [InlineData(HttpStatusCode.BadRequest, "first", """{"add": [null]}""", Token)]
    [InlineData(HttpStatusCode.BadRequest, "first", "{}", Token)]
    [InlineData(HttpStatusCode.BadRequest, "first", "null", Token)]
    [InlineData(HttpStatusCode.BadRequest, "first", "{", Token)]
    public async Task What_is_no_change_of_tags_is_refused(HttpStatusCode expected, string run, string body, string token)
    {
        await using var watched = await Start(Token);

        Assert.Equal(expected, (await Tag(watched, run, body, token)).Status);
        Assert.DoesNotContain(Directory.EnumerateFiles(_runs.Path, "tags.json", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public async Task A_form_of_another_page_changes_nothing()
    {
        await using var watched = await Start(Token);
        var (status, _) = await watched.Raw(
            "/tags?run=first", method: "POST", headers: $"Authorization: Bearer {Token}\r\nContent-Type: text/plain\r\n",
            body: """{"add": ["a"]}""");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        await using var watched = await Start(Token);
        using var content = new StringContent("{\"add\": [\"" + new string('a', 1 << 17) + "\"]}", null, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/tags?run=first", UriKind.Relative)) { Content = content };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await watched.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_run_that_is_not_there_yet_is_waited_for()
    {
        var later = Path.Combine(_runs.Path, "later");
        await using var watched = await WatchedStudy.Start(later, all: _runs.Path);
        Assert.Contains("waiting for it", await Get(watched, "/"), StringComparison.Ordinal);

        _runs.Add("later", study => study.Unfinished("Smoe", 0, 3));
        var page = await Until(watched, "1 variant, 1 run");

        Assert.Contains("1 variant, 1 run", page, StringComparison.Ordinal);

        // Three reports of ten steps in a second each, of thirty: none are left.
        Assert.Contains("30 of 30", page, StringComparison.Ordinal);
        Assert.Contains("Time left", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_run_of_an_empty_folder_is_waited_for()
    {
        using var empty = new RunFolder();
        await using var watched = await WatchedStudy.Start("", all: empty.Path);
        Assert.Contains("waiting for the first", await Get(watched, "/"), StringComparison.Ordinal);

        empty.Add("new", study => study.Unfinished("Smoe", 0, 3));
        Assert.Contains("<h1>new</h1>", await Until(watched, "<h1>new</h1>"), StringComparison.Ordinal);
    }

    /// <summary>The page once it says something, or as it is after a minute.</summary>
    private static async Task<string> Until(WatchedStudy watched, string said)
    {
        var page = await Get(watched, "/");
        for (var attempt = 0; attempt < 600 && !page.Contains(said, StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(100);
            page = await Get(watched, "/");
        }

        return page;
    }

    private Task<WatchedStudy> Start(string token = "") => WatchedStudy.Start(
        Path.Combine(_runs.Path, "first"), options: new DashboardOptions { Port = 0, Token = token }, all: _runs.Path);

    private static Task<string> Get(WatchedStudy watched, string path) => watched.Http.GetStringAsync(new Uri(path, UriKind.Relative));

    private static Task<(HttpStatusCode Status, string Content)> Tag(WatchedStudy watched, string run, string body, string token) =>
        watched.Raw(
            $"/tags?run={run}", method: "POST", headers: $"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n",
            body: body);
}
