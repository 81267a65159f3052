using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

namespace VisionLanguage;

/// <summary>
/// Learners of the study, whose training is the last stage: everything with mixtures. The stages before are dense; each seed trains them
/// once, for all variants.
/// </summary>
/// <param name="configuration">Sections <c>Vision</c>, <c>Model</c> and <c>Stages</c>.</param>
internal sealed class StagedModels(IConfiguration configuration)
{
    private readonly Lazy<ShapeQuestions> _questions = new(ShapeQuestions.Load);
    private readonly Dictionary<string, VisionLanguageData> _data = [];
    private VisionLanguageConfig? _model;

    public ShapeQuestions Questions => _questions.Value;

    /// <summary>The learner of a cell.</summary>
    public Learner Make(LearnerSetup setup)
    {
        List<TrainingStage> stages = configuration.GetSection("Stages").Get<List<TrainingStage>>() ?? [];
        return Make(stages, stages.Count, setup.Mixture, setup.Training, data: "");
    }

    /// <summary>The learner of a stage, which begins with what the stage before it ends with.</summary>
    private VisionLanguageLearner Make(
        List<TrainingStage> stages, int stage, MoeVariant? mixture, TrainingConfig training, string data)
    {
        _model ??= Config();
        var model = VisionLanguageModel.Create(
            _model, new(Vision: mixture, Connector: mixture), training.Seed, compute: Compute(training));
        var before = stages.Take(stage).ToList();
        return new VisionLanguageLearner(model, Data(data, _model.Vision.Features), training)
        {
            Start = stage == 0 ? null : cancellation => End(stages, stage - 1, training, cancellation),
            Upcycling = new UpcyclingOptions { Seed = training.Seed },
            Chosen = new Dictionary<string, string>
            {
                ["Model"] = JsonSerializer.Serialize(_model),
                ["Stages"] = JsonSerializer.Serialize(before),
            },
        };
    }

    /// <summary>What a stage ends with: it is trained, gone on with, or found.</summary>
    private Checkpoint End(List<TrainingStage> stages, int stage, TrainingConfig following, CancellationToken cancellation)
    {
        var training = stages[stage].Of(following);
        using var learner = Make(stages, stage, mixture: null, training, stages[stage].Data);
        var folder = Path.Combine("runs", "stages", Key(learner, training), $"seed-{training.Seed}", $"{stage + 1}-{stages[stage].Name}");
        return TrainingStage.Finish(learner, training, folder, cancellation: cancellation);
    }

    /// <summary>Questions, or under the name <c>labels</c> what is on each image.</summary>
    private VisionLanguageData Data(string name, int tokensPerImage)
    {
        if (name is not ("" or "labels"))
        {
            throw new ConfigurationException($"Stages:Data is '{name}'; it must be labels, or empty for the questions.");
        }

        return _data.TryGetValue(name, out var made) ? made
            : _data[name] = (name.Length == 0 ? Questions : Questions.Labels()).ToData(Words(), tokensPerImage);
    }

    /// <summary>Stages with other settings, or of other data, lie in other folders.</summary>
    private static string Key(VisionLanguageLearner learner, TrainingConfig training)
    {
        var text = JsonSerializer.Serialize(new { learner.Data, learner.Settings, Training = training with { Seed = 0 } });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
    }

    private VisionLanguageConfig Config() => new()
    {
        Vision = configuration.GetSection("Vision").Get<VisionConfig>() ?? new VisionConfig(),
        Language = (configuration.GetSection("Model").Get<ModelConfig>() ?? new ModelConfig()) with { Vocabulary = Words().Vocabulary },
    };

    private WordTokenizer Words() => new(Questions.Train.SelectMany(row => new[] { row.Question, row.Answer }));

    private static TorchSharp.torch.ScalarType? Compute(TrainingConfig training) =>
        training.Compute == ComputeType.BFloat16 ? TorchSharp.torch.ScalarType.BFloat16 : null;

    /// <summary>What can be said of the test questions without looking, in percent: by kind, what is most frequent, and what is most
    /// frequent for each wording.</summary>
    public IEnumerable<(string Kind, int Count, double Majority, double QuestionOnly)> WithoutLooking()
    {
        var most = MostFrequent(Questions.Train);
        var byWording = Questions.Train.GroupBy(row => row.Question).ToDictionary(rows => rows.Key, MostFrequent);
        return Questions.Test.GroupBy(row => row.Kind).OrderBy(rows => rows.Key, StringComparer.Ordinal)
            .Select(rows => Row(rows.Key, [.. rows]))
            .Append(Row("all", [.. Questions.Test]));

        (string, int, double, double) Row(string kind, List<ShapeQuestion> rows) => (
            kind,
            rows.Count,
            100 * rows.Average(row => row.Answer == most ? 1.0 : 0),
            100 * rows.Average(row => row.Answer == byWording.GetValueOrDefault(row.Question, most) ? 1.0 : 0));
    }

    private static string MostFrequent(IEnumerable<ShapeQuestion> rows) =>
        rows.CountBy(row => row.Answer)
            .OrderByDescending(answer => answer.Value)
            .ThenBy(answer => answer.Key, StringComparer.Ordinal)
            .First().Key;
}
