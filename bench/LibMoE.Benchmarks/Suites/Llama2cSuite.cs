using System.Diagnostics;
using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Drawing tokens against llama2.c's own program, one thread each, in turns. Both count from the first token on, after the model
/// was loaded; milliseconds are of as many tokens as a step has.</summary>
internal static class Llama2cSuite
{
    private const int Tokens = 500;

    /// <summary>So many tokens must be the same; later ones may differ, once two logits differ by rounding alone.</summary>
    private const int SameTokens = 8;

    private static readonly (string Name, ModelConfig Config)[] Models =
    [
        ("stories260K", GenerationSuite.Stories260K with { Context = 512 }),
        ("stories15M", GenerationSuite.Stories15M with { Context = 512 }),
    ];

    public static IEnumerable<(string Name, Func<IReadOnlyList<Result>> Run)> Runs(BenchmarkSettings settings) =>
        settings.Llama2c is not { } program ? []
            : Models.Select(model => ($"llama2.c/{model.Name}", (Func<IReadOnlyList<Result>>)(() => Run(model, program, settings))));

    private static List<Result> Run((string Name, ModelConfig Config) shape, string path, BenchmarkSettings settings)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        var model = LanguageModel.Create(shape.Config);
        using var program = new Llama2cProgram(path, model);
        Check(Draw(model).Tokens, program.Draw(Tokens).Tokens);
        var (own, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < settings.LeastRounds; round++)
        {
            theirs.Add(Milliseconds(program.Draw(Tokens).TokensPerSecond));
            own.Add(Milliseconds(Draw(model).TokensPerSecond));
        }

        var contest = new Contest($"llama2.c/{shape.Name}/1 threads", 1, () => []) { TokensPerStep = Tokens };
        return [Result.Of(contest, "llama2.c", theirs, theirs), Result.Of(contest, "LibMoE", own, theirs)];
    }

    private static double Milliseconds(double tokensPerSecond) => 1000 * Tokens / tokensPerSecond;

    private static (int[] Tokens, double TokensPerSecond) Draw(LanguageModel model)
    {
        var options = new GenerationOptions { Temperature = 0, Tokens = Tokens };
        var (drawn, first) = (new List<int>(), 0L);
        foreach (var id in TextGenerator.Tokens(model, [Llama2cProgram.Start], options, end: Llama2cProgram.Start))
        {
            first = drawn.Count == 0 ? Stopwatch.GetTimestamp() : first;
            drawn.Add(id);
        }

        return ([.. drawn], (drawn.Count - 1) / Stopwatch.GetElapsedTime(first).TotalSeconds);
    }

    private static void Check(int[] own, int[] theirs)
    {
        if (own.Length != Tokens || !own.Take(SameTokens).SequenceEqual(theirs.Take(SameTokens)))
        {
            throw new InvalidOperationException(
                $"Both must draw the same text; LibMoE drew {own.Length} tokens that start with {string.Join(" ", own.Take(SameTokens))}, "
                + $"llama2.c {theirs.Length} that start with {string.Join(" ", theirs.Take(SameTokens))}.");
        }
    }
}
