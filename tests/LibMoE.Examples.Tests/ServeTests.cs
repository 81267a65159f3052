using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Examples.Tests;

/// <summary>A user serves a trained model, asks it, and ends it.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [SkippableFact]
    public async Task A_trained_mixture_answers_over_HTTP_until_a_signal()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no signals.");
        var model = Repository.PathOf("tests", "LibMoE.Examples.Tests", "EarlierRun");
        JsonNode? answer = null;

        var ended = await _session.Run(
            "Quickstart", ["serve", "--model", model, "--port", "0", "--threads", "1"], ("Serving ", AskAndStop));

        Assert.Equal(5, answer!["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Equal("Smoe", answer["model"]!.GetValue<string>());
        Assert.Equal(130, ended.ExitCode);
        Assert.Empty(ended.Errors);
        Assert.Empty(_session.Files);

        void AskAndStop(Process process, string line)
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
            var address = new Uri(line.Split(" at ")[1].Split(' ')[0] + "/completions");
            using var body = JsonContent.Create(new { prompt = "The stream", max_tokens = 5, temperature = 0 });
            using var answered = http.PostAsync(address, body).GetAwaiter().GetResult();
            answer = JsonNode.Parse(answered.Content.ReadAsStringAsync().GetAwaiter().GetResult());
            Signals.Send(Signals.Interrupt, process);
        }
    }

    [Fact]
    public async Task An_address_for_others_without_a_key_ends_before_anything_is_loaded()
    {
        var ended = await _session.Run("Quickstart", "serve", "--model", "nothing", "--address", "0.0.0.0");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(
            ["error: --address (Serving:Address) is 0.0.0.0, which other machines can reach, but Serving:ApiKey is empty; "
                + "set a key (LIBMOE_Serving__ApiKey in the environment) or listen on 127.0.0.1."],
            ended.Errors);
    }

    [Fact]
    public async Task Help_does_not_show_a_key()
    {
        _session.Variables["LIBMOE_Serving__ApiKey"] = "open sesame";

        var ended = await _session.Run("Quickstart", "serve", "--help");

        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain("sesame", ended.Output, StringComparison.Ordinal);
        Assert.Contains("[default here: set]", ended.Output, StringComparison.Ordinal);
    }
}
