using System.Diagnostics;
using System.Net;
using LibMoE.Runtime;
using Xunit.Abstractions;

namespace LibMoE.Serving.Tests;

/// <summary>What continuing many texts together brings: figures for docs/performance.md.</summary>
[Trait("Category", "Campaign")]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Tokens = 64;

    [Fact]
    public async Task Many_requests_at_once_against_one_after_the_other()
    {
        await using var served = await ServedSample.Start(model: Larger());
        async Task<TimeSpan> Ask(int index)
        {
            var start = Stopwatch.GetTimestamp();
            var (status, _) = await served.Post(
                "/v1/completions", new { prompt = $"text number {index}", max_tokens = Tokens, temperature = 0 });
            Assert.Equal(HttpStatusCode.OK, status);
            return Stopwatch.GetElapsedTime(start);
        }

        await Task.WhenAll(Enumerable.Range(0, 64).Select(Ask));
        foreach (var together in new[] { 1, 8, 64 })
        {
            var start = Stopwatch.GetTimestamp();
            var times = new List<TimeSpan>();
            for (var round = 0; round < 64 / together; round++)
            {
                times.AddRange(await Task.WhenAll(Enumerable.Range(0, together).Select(Ask)));
            }

            var all = Stopwatch.GetElapsedTime(start);
            times.Sort();
            output.WriteLine(FormattableString.Invariant(
                $"{together} at a time: {64 * Tokens / all.TotalSeconds:F0} tokens/s, median of a request {times[32].TotalSeconds:F2} s"));
        }
    }

    [Fact]
    public async Task Memory_that_64_requests_of_a_whole_context_take()
    {
        await using var served = await ServedSample.Start(model: Larger());
        object Asked(int index) => new { prompt = $"text {index}", max_tokens = 240, temperature = 0 };
        await Task.WhenAll(Enumerable.Range(0, 2).Select(index => served.Post("/v1/completions", Asked(index))));
        var before = Resident();

        var answers = Task.WhenAll(Enumerable.Range(0, 64).Select(index => served.Post("/v1/completions", Asked(index))));
        var most = before;
        while (!answers.IsCompleted)
        {
            most = Math.Max(most, Resident());
            await Task.Delay(20);
        }

        var bytes = BatchLimits.BytesPerToken(served.Model.Model);
        output.WriteLine(FormattableString.Invariant(
            $"{(most - before) / 64 / 1024} KiB for 247 tokens, of them {247 * bytes / 1024} in its cache, {bytes} bytes a token"));
        Assert.All(await answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>Four mixtures of eight experts, of which each token picks two.</summary>
    private static LoadedModel Larger()
    {
        var config = new ModelConfig { Dim = 256, Layers = 4, Heads = 8, KeyValueHeads = 4, Hidden = 384, Context = 256 };
        var model = LanguageModel.Create(config, MoeVariant.Of<WideMoe>(), seed: 1);
        model.eval();
        return new LoadedModel("wide", model, () => new ByteTokenizer(), new string('0', 64));
    }
}

/// <summary>The mixture that is measured.</summary>
[MoeLayer, Experts<SwiGlu>(8), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class WideMoe;
