using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime;

namespace LibMoE.Serving.Tests;

/// <summary>A person takes experts away from a request, which is written down with who, when and why; others do not notice.</summary>
public sealed class VetoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("libmoe-veto-").FullName;

    private string Log => Path.Combine(_folder, "audit.jsonl");

    private ServingOptions Options => new()
    {
        ApiKey = "sk-main-secret",
        Keys = new Dictionary<string, string> { ["alice"] = "sk-alice-secret" },
        AuditLog = Log,
        ChatTemplate = "plain",
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("/v1/completions", false)]
    [InlineData("/v1/completions", true)]
    [InlineData("/v1/chat/completions", false)]
    public async Task A_vetoed_expert_works_on_no_token_and_the_log_says_who_when_and_why(string path, bool stream)
    {
        var before = DateTimeOffset.UtcNow;
        await using (var served = await ServedSample.Start(Options))
        {
            var (_, plain) = await Ask(served, path, "sk-alice-secret", null, null);
            Assert.Contains(Picks(plain), pick => pick == (1, 2));

            var (answer, body) = await Ask(served, path, "sk-alice-secret", "1:2", "it repeats itself", stream);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("1", answer.Headers.GetValues("X-LibMoE-Audit").Single());
            Assert.NotEmpty(Picks(body));
            Assert.DoesNotContain(Picks(body), pick => pick == (1, 2));
        }

        var found = AuditLog.Verify(Log);
        var entry = Assert.Single(found.Entries);
        Assert.Null(found.Problem);
        Assert.Equal(("alice", "veto", "it repeats itself"), (entry.Who, entry.Action, entry.Reason));
        Assert.InRange(entry.Time, before, DateTimeOffset.UtcNow);
        Assert.Equal(("1:2", "sample", new string('0', 64)), (entry.Details["experts"], entry.Details["model"], entry.Details["sha256"]));
        Assert.Matches("^(chat)?cmpl-[0-9a-f]{32}$", entry.Details["request"]);
        Assert.DoesNotContain("secret", File.ReadAllText(Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forced_expert_works_on_every_token_and_the_log_says_so()
    {
        await using (var served = await ServedSample.Start(Options))
        {
            var (_, plain) = await Ask(served, "/v1/completions", "sk-main-secret", null, null);
            Assert.False(PicksOfLayer1(plain).All(picks => picks.Contains(0)));

            var (answer, body) = await Ask(served, "/v1/completions", "sk-alice-secret", "0:3", "to compare", force: "1:0");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.All(PicksOfLayer1(body), picks => Assert.Contains(0, picks));
            Assert.DoesNotContain(Picks(body), pick => pick == (0, 3));
        }

        var entry = Assert.Single(AuditLog.Verify(Log).Entries);
        Assert.Equal(("veto and force", "0:3", "1:0"), (entry.Action, entry.Details["experts"], entry.Details["forced"]));

        static List<List<long>> PicksOfLayer1(string body) =>
            [.. Picks(body).Where(pick => pick.Layer == 1).Chunk(2).Select(token => token.Select(pick => pick.Expert).ToList())];
    }

    [Fact]
    public async Task A_model_is_served_only_where_the_last_word_in_the_log_approves_it()
    {
        var options = Options with { ApprovedOnly = true };
        var never = await Assert.ThrowsAsync<ConfigurationException>(() => ServedSample.Start(options));
        Assert.StartsWith($"sample (SHA-256 {new string('0', 64)}) is not approved in ", never.Message, StringComparison.Ordinal);

        Say("approve", new string('1', 64), "another model");
        await Assert.ThrowsAsync<ConfigurationException>(() => ServedSample.Start(options));

        Say("approve", new string('0', 64), "figures are good");
        await using (await ServedSample.Start(options))
        {
        }

        Say("refuse", new string('0', 64), "it repeats itself");
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => ServedSample.Start(options));
        Assert.Contains("was refused by bob at ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("it repeats itself", refused.Message, StringComparison.Ordinal);

        File.WriteAllText(Log, File.ReadAllText(Log).Replace("it repeats itself", "it is fine", StringComparison.Ordinal));
        var changed = await Assert.ThrowsAsync<ConfigurationException>(() => ServedSample.Start(options));
        Assert.EndsWith("What it says of approvals is not believed.", changed.Message, StringComparison.Ordinal);

        Assert.StartsWith(
            "Serving:ApprovedOnly needs Serving:AuditLog", Assert.Single((options with { AuditLog = "" }).Problems()),
            StringComparison.Ordinal);

        void Say(string action, string sha256, string reason)
        {
            using var log = AuditLog.Open(Log);
            log.Append("bob", action, new Dictionary<string, string> { ["model"] = "sample", ["sha256"] = sha256 }, reason);
        }
    }

    [Fact]
    public async Task Requests_beside_it_in_the_batch_get_the_text_that_they_get_alone()
    {
        await using var served = await ServedSample.Start(Options, SampleModels.Mixture(context: 400));
        string[] prompts = [.. Enumerable.Range(0, 12).Select(index => $"text {index}")];

        var asked = prompts.Select((prompt, index) => Ask(
            served, "/v1/completions", "sk-main-secret", index % 2 == 0 ? "0, 1:1" : null, index % 2 == 0 ? "try" : null, prompt: prompt));
        var answers = await Task.WhenAll(asked);

        await served.UntilOpen(0);
        foreach (var (index, prompt) in prompts.Index())
        {
            var text = CompletionTests.Text(JsonNode.Parse(answers[index].Body)!);
            var alone = SampleModels.Alone(served.Model, prompt, new GenerationOptions { Temperature = 0, Tokens = 40 });
            Assert.Equal(index % 2 == 0, Picks(answers[index].Body).All(pick => pick.Expert != 0 && pick != (1, 1)));
            Assert.True(index % 2 == 0 || text == alone, $"'{prompt}' became '{text}', not '{alone}'");
        }

        Assert.Equal(Enumerable.Repeat("main", 6), AuditLog.Verify(Log).Entries.Select(entry => entry.Who));
    }

    [Theory]
    [InlineData("1:2", null, "X-LibMoE-Veto needs X-LibMoE-Reason")]
    [InlineData("1:2", "   ", "X-LibMoE-Veto needs X-LibMoE-Reason")]
    [InlineData(null, "because", "X-LibMoE-Reason needs X-LibMoE-Veto or X-LibMoE-Force.")]
    [InlineData("", "because", "X-LibMoE-Veto must list experts")]
    [InlineData("two", "because", "X-LibMoE-Veto must list experts")]
    [InlineData("1:2:3", "because", "X-LibMoE-Veto must list experts")]
    [InlineData("-1", "because", "X-LibMoE-Veto must list experts")]
    [InlineData("9", "because", "The veto '9' names expert 9; tokens pick among 0 to 3.")]
    [InlineData("5:0", "because", "The veto '5:0' names MoE layer 5; there are 0 to 1.")]
    [InlineData("0,1,2", "because", "The vetoes leave 1 of 4 experts in MoE layer 0, where a token picks 2.")]
    [InlineData("1", "my key is sk-alice-secret", "X-LibMoE-Reason holds a key, which must not be written down.")]
    public async Task A_veto_that_is_not_whole_is_refused_and_not_written_down(string? veto, string? reason, string message)
    {
        await using var served = await ServedSample.Start(Options);

        var (answer, body) = await Ask(served, "/v1/completions", "sk-main-secret", veto, reason);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(message, JsonNode.Parse(body)!["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Empty(AuditLog.Verify(Log).Entries);
    }

    [Fact]
    public async Task Without_an_audit_log_a_veto_is_refused()
    {
        await using var served = await ServedSample.Start(Options with { AuditLog = "" });

        var (answer, body) = await Ask(served, "/v1/completions", "sk-main-secret", "1", "because");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("vetoes_off", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_was_tampered_with_is_not_added_to()
    {
        await using (var served = await ServedSample.Start(Options))
        {
            await Ask(served, "/v1/completions", "sk-main-secret", "1", "because");
        }

        File.WriteAllText(Log, File.ReadAllText(Log).Replace("because", "for fun", StringComparison.Ordinal));

        var wrong = await Assert.ThrowsAsync<ConfigurationException>(() => ServedSample.Start(Options));

        Assert.Contains("line 1 was changed after it was written", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main", "k", "Serving:Keys names 'main'")]
    [InlineData("al ice", "k", "Serving:Keys names 'al ice'")]
    [InlineData("alice", "", "Serving:Keys:alice is empty")]
    [InlineData("alice", "sk-main-secret", "Serving:Keys has one key for alice and main")]
    public void A_key_has_a_name_and_belongs_to_one(string name, string key, string message)
    {
        var options = Options with { Keys = new Dictionary<string, string> { [name] = key } };

        Assert.StartsWith(message, Assert.Single(options.Problems()), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", options.Problems()[0], StringComparison.Ordinal);
    }

    private static async Task<(HttpResponseMessage Answer, string Body)> Ask(
        ServedSample served, string path, string key, string? veto, string? reason, bool stream = false, string prompt = "once",
        string? force = null)
    {
        object asked = path.Contains("chat", StringComparison.Ordinal)
            ? new { messages = new[] { new { role = "user", content = prompt } }, max_tokens = 40, temperature = 0, stream }
            : new { prompt, max_tokens = 40, temperature = 0, stream };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Content = JsonContent.Create(asked);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("X-LibMoE-Experts", "true");
        foreach (var (name, value) in new[] { ("X-LibMoE-Veto", veto), ("X-LibMoE-Force", force), ("X-LibMoE-Reason", reason) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var answer = await served.Http.SendAsync(request);
        return (answer, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Layer and expert of every pick of every token, of a whole answer or a stream.</summary>
    private static List<(int Layer, long Expert)> Picks(string body) =>
    [
        .. from text in body.StartsWith("data: ", StringComparison.Ordinal)
               ? body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).SkipLast(1).Select(part => part["data: ".Length..])
               : [body]
           from choice in JsonNode.Parse(text)!["choices"]!.AsArray()
           from token in choice!["experts"]?.AsArray() ?? []
           from layer in token!["layers"]!.AsArray().Index()
           from pick in layer.Item!.AsArray()
           select (layer.Index, pick!.GetValue<long>()),
    ];
}
