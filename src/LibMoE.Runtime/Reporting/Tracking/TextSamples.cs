using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Training.Learners;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// Draws texts from a language model in training and writes them to <c>samples.jsonl</c>. It changes nothing of the training: tokens are
/// drawn with a seed of their own, and the model goes back to the mode that it was in.
/// </summary>
internal sealed class TextSamples : ICellWatcher
{
    /// <summary>The file in a cell's folder.</summary>
    public const string FileName = "samples.jsonl";

    private const int PromptTokens = 16;

    private readonly TextLearner _learner;
    private readonly TrackingOptions _options;
    private readonly IReadOnlyList<string> _prompts;
    private readonly LineFile _lines;
    private long _next;

    /// <summary>Begins.</summary>
    /// <param name="learner">The model in training.</param>
    /// <param name="options">How often, and what.</param>
    /// <param name="folder">The cell's folder.</param>
    /// <param name="start">The step that the training continues from.</param>
    public TextSamples(TextLearner learner, TrackingOptions options, CellFolder folder, long start)
    {
        (_learner, _options) = (learner, options);
        _prompts = options.SamplePrompts.Count > 0 ? options.SamplePrompts : [Beginning(learner)];
        _next = (start / options.SampleEvery + 1) * options.SampleEvery;
        // What was drawn after the checkpoint is drawn again.
        _lines = folder.OpenLines(
            FileName, TextSample.Read(folder.Path).Where(sample => sample.Step <= start).Select(sample => sample.ToLine()));
    }

    /// <inheritdoc />
    public void Report(TrainingProgress progress)
    {
        if (progress.Step < _next)
        {
            return;
        }

        _next = (progress.Step / _options.SampleEvery + 1L) * _options.SampleEvery;
        var model = _learner.Language;
        var isTraining = model.training;
        try
        {
            foreach (var (number, prompt) in _prompts.Index())
            {
                var drawn = TextGenerator.Text(model, _learner.Corpus.Tokenizer, new GenerationOptions
                {
                    Prompt = prompt,
                    Tokens = _options.SampleTokens,
                    Temperature = _options.SampleTemperature,
                    Seed = number,
                });
                _lines.WriteLine(new TextSample(progress.Step, prompt, string.Concat(drawn)).ToLine());
            }
        }
        finally
        {
            model.train(isTraining);
        }
    }

    /// <inheritdoc />
    public void Finish(TrainingResult result)
    {
    }

    /// <inheritdoc />
    public void Dispose() => _lines.Dispose();

    /// <summary>The first held-out tokens, as text; of a small context so many that the model has room to go on.</summary>
    private static string Beginning(TextLearner learner)
    {
        var tokens = learner.Corpus.Validation;
        var ids = new long[Math.Min(Math.Min(PromptTokens, learner.Language.Config.Context / 2), tokens.Count)];
        tokens.CopyTo(0, ids);
        return learner.Corpus.Tokenizer.Decode([.. ids.Select(id => (int)id)]);
    }
}

/// <summary>A text that a model in training drew.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Prompt">What it starts with.</param>
/// <param name="Text">What the model added.</param>
internal sealed record TextSample(int Step, string Prompt, string Text)
{
    /// <summary>A line of the file.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RunJson.Line);

    /// <summary>The samples of a cell as far as they can be read; the last line may be half written.</summary>
    /// <param name="folder">The cell's folder.</param>
    public static IReadOnlyList<TextSample> Read(string folder)
    {
        var samples = new List<TextSample>();
        var path = Path.Combine(folder, TextSamples.FileName);
        if (!File.Exists(path))
        {
            return samples;
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
        {
            try
            {
                if (JsonSerializer.Deserialize<TextSample>(line, RunJson.Line) is { Prompt: not null, Text: not null } sample)
                {
                    samples.Add(sample);
                }
            }
            catch (JsonException)
            {
                break;
            }
        }

        return samples;
    }
}
