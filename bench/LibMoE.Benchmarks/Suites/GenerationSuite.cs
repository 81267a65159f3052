using LibMoE.Benchmarks.Contenders;
using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;

namespace LibMoE.Benchmarks.Suites;

/// <summary>Drawing tokens one by one: each call of libtorch for a block, against the kernels for one row. Weights are random; their number
/// and shapes decide the time.</summary>
internal static class GenerationSuite
{
    private const int Tokens = 128;

    private static readonly (string Name, ModelConfig Config, MoeVariant? Variant)[] Models =
    [
        ("stories260K", Stories260K, null),
        ("stories260K, 8 experts", Stories260K, MoeVariant.Of<EightExperts>()),
        ("stories15M", Stories15M, null),
    ];

    /// <summary>The published model's shape.</summary>
    public static ModelConfig Stories260K => new()
    {
        Vocabulary = 512,
        Dim = 64,
        Hidden = 172,
        Layers = 5,
        Heads = 8,
        KeyValueHeads = 4,
        Context = 256,
        TieEmbeddings = true,
        RotaryLayout = RotaryLayout.Interleaved,
    };

    /// <inheritdoc cref="Stories260K"/>
    public static ModelConfig Stories15M =>
        Stories260K with { Vocabulary = 32_000, Dim = 288, Hidden = 768, Layers = 6, Heads = 6, KeyValueHeads = 6 };

    public static IEnumerable<Contest> Contests(BenchmarkSettings settings) =>
        from threads in settings.Threads
        from model in Models
        select new Contest($"generation/{model.Name}/{threads} threads", threads, () => Contenders(model.Config, model.Variant))
        {
            TokensPerStep = Tokens,
        };

    private static IReadOnlyList<Contender> Contenders(ModelConfig config, MoeVariant? variant)
    {
        var model = LanguageModel.Create(config, variant);
        return
        [
            new Contender("libtorch, block by block", _ =>
            {
                // Whoever watches the blocks is served by them.
                model.BlockRan = (_, _, _) => { };
                Draw(model);
            }),
            new Contender("kernels for one row", _ =>
            {
                model.BlockRan = null;
                Draw(model);
            }),
        ];
    }

    private static void Draw(LanguageModel model)
    {
        var options = new GenerationOptions { Temperature = 0, Tokens = Tokens };
        if (TextGenerator.Tokens(model, [1, 2, 3, 4], options).Count() != Tokens)
        {
            throw new InvalidOperationException("The text ended early.");
        }
    }
}
