using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Head and loss of a large vocabulary, forward and backward: with the logits of all tokens, and in parts.</summary>
internal static class HeadSuite
{
    private const int Tokens = 2_048;
    private const int Vocabulary = 32_000;
    private const int Dim = 256;

    private const string Shape = "head/T 2048, D 256, V 32000";

    public static string MemoryName => $"memory/{Shape}";

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings) =>
        from threads in settings.Threads
        select new Contest($"{Shape}/{threads} threads", threads, Contenders);

    public static IReadOnlyList<Result> Memory() => MemorySuite.Run(MemoryName, Contenders);

    private static IReadOnlyList<Contender> Contenders()
    {
        var head = new Head(randn(Vocabulary, Dim).requires_grad_(), null, null);
        var hidden_TD = randn(Tokens, Dim).requires_grad_();
        var targets_T = randint(0, Vocabulary, Tokens, ScalarType.Int64);
        return
        [
            new Contender("all logits", _ => Step(() => F.cross_entropy(head.Predict(hidden_TD), targets_T))),
            new Contender("in parts", _ => Step(() => HeadLoss.Mean(hidden_TD, targets_T, head))),
        ];

        void Step(Func<Tensor> loss)
        {
            loss().backward();
            (hidden_TD.grad, head.Weight_VD.grad) = (null, null);
        }
    }
}
