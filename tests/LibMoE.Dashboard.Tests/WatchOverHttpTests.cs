using System.Net;
using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Dashboard.Tests;

/// <summary>The live report answers this machine only, only what it is asked for by name, and changes nothing.</summary>
public sealed class WatchOverHttpTests : IDisposable
{
    private readonly SampleStudy _folder = new();

    public WatchOverHttpTests() => _folder.Finished("Dense", 0, 2.1).Unfinished("Smoe", 0, 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_is_the_report_and_may_speak_to_this_server_only()
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);
        var answer = await watched.Http.GetAsync(new Uri("/", UriKind.Relative));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
        Assert.Contains("1 finished, 1 not finished", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_news_when_a_run_goes_on_and_none_before()
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);
        var first = await News(watched, "");
        Assert.Null(await News(watched, Text(first!.Value, "version")));

        _folder.Finished("Smoe", 0, 2);
        var second = await Until(() => News(watched, Text(first!.Value, "version")));

        Assert.Contains("2 variants, 2 runs, all finished.", Text(second, "body"), StringComparison.Ordinal);
        Assert.True(second.GetProperty("figures").GetProperty("charts").TryGetProperty("training-loss", out _));
    }

    [Fact]
    public async Task News_carry_the_alerts_of_every_rule()
    {
        using var reference = new SampleStudy();
        AlertTests.Run(reference, 2, [5, 5, 5, 5], [5, 5, 5, 5], [5, 5, 5, 5]);
        AlertTests.Run(_folder, 2, [5, 5, 5, 0], [5, 5, 5, 0], [20, 0, 1, 0]);
        await using var watched = await WatchedStudy.Start(_folder.Path, reference.Path);
        var alerts = (await News(watched, ""))!.Value.GetProperty("alerts").EnumerateArray().ToList();

        Assert.Equal(["DeadExpert", "LoadViolation", "RoutingDrift"], alerts.Select(alert => Text(alert, "kind")));
        Assert.All(alerts, alert => Assert.Equal("Smoe, seed 0", Text(alert, "run")));
    }

    [Fact]
    public async Task Figures_and_pictures_are_had_by_their_names()
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);

        Assert.StartsWith("variant,seed,step", await watched.Http.GetStringAsync(new Uri("/data/training-loss.csv", UriKind.Relative)),
            StringComparison.Ordinal);
        Assert.Equal(
            "PNG"u8.ToArray(), (await watched.Http.GetByteArrayAsync(new Uri("/charts/training-loss.png", UriKind.Relative)))[1..4]);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:80")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("")]
    public async Task Another_host_s_name_is_refused(string host)
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);
        var (status, content) = await watched.Raw("/", host);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.DoesNotContain("LibMoE", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Localhost_is_this_machine()
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);

        Assert.Equal(HttpStatusCode.OK, (await watched.Raw("/", $"localhost:{watched.Address.Port}")).Status);
    }

    [Theory]
    [InlineData("/data/../results.json")]
    [InlineData("/data/..%2fresults.json")]
    [InlineData("/data/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/data/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/charts/..%5c..%5cresults.json.png")]
    [InlineData("/results.json")]
    [InlineData("/Smoe/seed-0/config.json")]
    [InlineData("/data/nothing.csv")]
    public async Task No_address_leads_to_a_file(string path)
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);

        Assert.Equal(HttpStatusCode.NotFound, (await watched.Raw(path)).Status);
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("PUT", "/data/training-loss.csv")]
    [InlineData("DELETE", "/live")]
    public async Task Nothing_can_be_written(string method, string path)
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);
        var before = Snapshot();

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await watched.Raw(path, method: method)).Status);
        Assert.Equal(HttpStatusCode.OK, (await watched.Raw("/")).Status);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_only()
    {
        await using var watched = await WatchedStudy.Start(_folder.Path);

        Assert.Equal("127.0.0.1", watched.Address.Host);
        Assert.Equal(
            [IPAddress.Loopback],
            System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                .Where(listener => listener.Port == watched.Address.Port)
                .Select(listener => listener.Address));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_wrong_setting()
    {
        await using var first = await WatchedStudy.Start(_folder.Path);
        var wrong = await Assert.ThrowsAsync<ConfigurationException>(
            () => WatchedStudy.Start(_folder.Path, options: new DashboardOptions { Port = first.Address.Port }));

        Assert.StartsWith($"Dashboard:Port is {first.Address.Port}, which another program uses", wrong.Message, StringComparison.Ordinal);
    }

    private string[] Snapshot() =>
        [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => $"{file} {new FileInfo(file).Length}")];

    private static async Task<JsonElement?> News(WatchedStudy watched, string since)
    {
        var answer = await watched.Http.GetAsync(new Uri("/live?since=" + since, UriKind.Relative));
        return answer.StatusCode == HttpStatusCode.NoContent
            ? null
            : JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static async Task<JsonElement> Until(Func<Task<JsonElement?>> ask)
    {
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            if (await ask() is { } news)
            {
                return news;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("There was no news.");
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
