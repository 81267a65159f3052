using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;

namespace VisionLanguage;

/// <summary>
/// Learners of the study, whose training is the last stage: everything with mixtures. The stages before are dense. The first trains an
/// encoder on labels, once for all seeds, as published encoders are; of the others each seed trains its own, once for all variants.
/// </summary>
/// <param name="configuration">Sections <c>Task</c>, <c>Vision</c>, <c>Model</c>, <c>Encoder</c> and <c>Stages</c>.</param>
internal sealed class StagedModels(IConfiguration configuration)
{
    private readonly Lazy<PictureTask> _task = new(() => PictureTasks.Load(configuration["Task"] ?? ""));
    private VisionLanguageConfig? _model;
    private VisionLanguageData? _data;

    public PictureTask Task => _task.Value;

    /// <summary>The learner of a cell.</summary>
    public Learner Make(LearnerSetup setup)
    {
        List<TrainingStage> stages = configuration.GetSection("Stages").Get<List<TrainingStage>>() ?? [];
        return Make(stages, stages.Count, setup.Mixture, setup.Training);
    }

    /// <summary>The learner of a stage, which begins with what the stage before it ends with.</summary>
    private VisionLanguageLearner Make(List<TrainingStage> stages, int stage, MoeVariant? mixture, TrainingConfig training)
    {
        _model ??= Config();
        _data ??= Task.ToData(Words(), _model.Vision.Features);
        var model = VisionLanguageModel.Create(
            _model, new(Vision: mixture, Connector: mixture, Language: mixture), training.Seed, compute: Compute(training));
        return new VisionLanguageLearner(model, _data, training)
        {
            Encoder = cancellation => Encoder(training, cancellation),
            Start = stage == 0 ? null : cancellation => End(stages, stage - 1, training, cancellation),
            Upcycling = new UpcyclingOptions { Seed = training.Seed },
            Chosen = new Dictionary<string, string>
            {
                ["Model"] = JsonSerializer.Serialize(_model),
                ["Encoder"] = JsonSerializer.Serialize(EncoderStage()),
                ["Stages"] = JsonSerializer.Serialize(stages.Take(stage)),
            },
        };
    }

    /// <summary>What a stage ends with: it is trained, gone on with, or found.</summary>
    private Checkpoint End(List<TrainingStage> stages, int stage, TrainingConfig following, CancellationToken cancellation)
    {
        var training = stages[stage].Of(following);
        using var learner = Make(stages, stage, mixture: null, training);
        return Finish(learner, training, Path.Combine($"seed-{training.Seed}", $"{stage + 1}-{stages[stage].Name}"), cancellation);
    }

    /// <summary>The encoder that all seeds begin with.</summary>
    private Checkpoint Encoder(TrainingConfig following, CancellationToken cancellation)
    {
        var training = EncoderStage().Of(following) with { Seed = 0 };
        using var learner = new LabelLearner(_model!.Vision, Task, training);
        return Finish(learner, training, "encoder", cancellation);
    }

    /// <summary>Stages with other settings, or of other data, lie in other folders.</summary>
    private static Checkpoint Finish(Learner learner, TrainingConfig training, string name, CancellationToken cancellation)
    {
        var text = JsonSerializer.Serialize(new { learner.Data, learner.Settings, Training = training with { Seed = 0 } });
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
        return TrainingStage.Finish(learner, training, Path.Combine("runs", "stages", key, name), cancellation: cancellation);
    }

    private TrainingStage EncoderStage() => configuration.GetSection("Encoder").Get<TrainingStage>() ?? new TrainingStage();

    private VisionLanguageConfig Config() => new()
    {
        Vision = configuration.GetSection("Vision").Get<VisionConfig>() ?? new VisionConfig(),
        Language = (configuration.GetSection("Model").Get<ModelConfig>() ?? new ModelConfig()) with { Vocabulary = Words().Vocabulary },
    };

    private WordTokenizer Words() => new(Task.Train.SelectMany(row => new[] { row.Question, row.Answer }));

    private static TorchSharp.torch.ScalarType? Compute(TrainingConfig training) =>
        training.Compute == ComputeType.BFloat16 ? TorchSharp.torch.ScalarType.BFloat16 : null;
}
