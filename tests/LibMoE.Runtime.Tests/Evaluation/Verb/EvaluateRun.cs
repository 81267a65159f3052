using LibMoE.Runtime.Tests.Evaluation.Scoring;
using LibMoE.Runtime.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests.Evaluation.Verb;

/// <summary>The verb <c>evaluate</c> inside the test process, with tiny models and a task of a test's own.</summary>
internal sealed class EvaluateRun : IDisposable
{
    private readonly HostedRun _place = new();
    private readonly DataFolder _data = SampleTask.Data(Enumerable.Range(0, 24).Select(item => item % 4));

    public EvaluateRun() => File.WriteAllText("sample.json", TaskFile.Write(SampleTask.Choice(group: "{g}", mean: MeanKind.Macro)));

    public string Output { get; private set; } = "";

    public string[] Errors { get; private set; } = [];

    /// <summary>A model in memory, different for every seed.</summary>
    public static EvaluatedModel Model(string name, long seed = 3, MoeVariant? variant = null) => new(name, (_, type) =>
    {
        var model = LanguageModel.Create(Config, variant, seed, type);
        return new LoadedModel(name, model, () => new ByteTokenizer(), ModelHash.Of(model));
    });

    public static ModelConfig Config { get; } = new()
    {
        Vocabulary = 256,
        Dim = 16,
        Layers = 1,
        Heads = 2,
        Hidden = 16,
        Context = 128,
        EmbeddingStd = 0.5,
        MatrixStd = 0.3,
    };

    public async Task<int> Run(IReadOnlyList<EvaluatedModel> models, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(["evaluate", "--Evaluation:Cache=cache", "--threads", "1", .. args], output, error);
        builder.Services.AddSingleton(_data.Cache);
        builder.Services.AddSingleton(MoeVariant.Of<ScoredSmoe>());
        foreach (var model in models)
        {
            builder.Services.AddSingleton(model);
        }

        var exitCode = await builder.Build().RunVerbAsync(CancellationToken.None);
        (Output, Errors) = (output.ToString(), error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return exitCode;
    }

    public void Dispose()
    {
        _place.Dispose();
        _data.Dispose();
    }
}
