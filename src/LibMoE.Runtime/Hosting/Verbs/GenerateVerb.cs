using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Continues a text with a model, or answers a question on images with one that sees.</summary>
internal sealed class GenerateVerb(
    GenerationOptions options,
    TrainingConfig training,
    IEnumerable<MoeVariant> declared,
    LearnerLoader learners,
    PublishedModels published,
    IAnsiConsole console,
    ErrorOutput errors) : IVerb
{
    /// <inheritdoc />
    public static string Name => "generate";

    /// <inheritdoc />
    public static string Description =>
        "Continues a text with a trained or published model, or answers a question on images with a vision-language model, and shows it as "
            + "it is drawn.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Generation"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Generation:Model", "PATH", VerbOptions.ModelPath),
        new("--prompt", "Generation:Prompt", "TEXT",
            "What the text starts with, or the question on images. [default: the beginning of a document]"),
        new("--image", "Generation:Images", "FILE",
            "An image that the prompt asks about; give the option again for each further one. For a cell of a vision-language learner, in "
                + "the program that trained it.") { IsRepeated = true },
        new("--tokens", "Generation:Tokens", "N", "How many tokens to add at most. [default: 256]"),
        new("--temperature", "Generation:Temperature", "X", "Draws from softmax(logits/X); 0 takes the most probable token. [default: 1]"),
        new("--top-k", "Generation:TopK", "K", "Draws from the K most probable tokens only; 0 draws from all. [default: 0]"),
        new("--top-p", "Generation:TopP", "P", "Draws from the fewest tokens that have probability P together. [default: 1]"),
        new("--seed", "Generation:Seed", "N", "Decides what is drawn. [default: 0]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
        VerbOptions.AllowLearnerChange,
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(options.Model, "Generation:Model", "the path of a model");

        try
        {
            List<RgbImage> images = [.. options.Images.Select(ImageReader.Read)];
            using var threads = new ThreadCount(training.Threads);
            using var stored = learners.Load(options.Model);
            await (stored is not null
                ? WriteAsync(stored.Assistant(options.Model).Answer(images, options.Prompt, options, cancellation: stop), stop)
                : ContinueAsync(stop)).ConfigureAwait(false);
        }
        catch (ImageFileException bad)
        {
            throw new ConfigurationException(bad.Message);
        }

        stop.ThrowIfCancellationRequested();
        return ExitCode.Done;
    }

    /// <summary>The prompt with what a language model continues it by.</summary>
    private async Task ContinueAsync(CancellationToken stop)
    {
        var (path, _) = await published.FindAsync(options.Model, stop).ConfigureAwait(false);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        if (options.Images.Count > 0)
        {
            throw new ConfigurationException(
                $"Generation:Images names '{options.Images[0]}', but the model at '{options.Model}' reads text alone; a model that sees is "
                    + "a cell of a vision-language learner, in the program that trained it.");
        }

        var pieces = TextGenerator.Text(loaded.Model, loaded.Tokenizer, options, stop);
        await console.Profile.Out.Writer.WriteAsync(options.Prompt).ConfigureAwait(false);
        var drawn = await WriteAsync(pieces, stop).ConfigureAwait(false);
        var read = loaded.Tokenizer.Encode(options.Prompt).Length + (loaded.Tokenizer.Bos is null ? 0 : 1);
        if (drawn < options.Tokens && read + drawn > loaded.Model.Config.Context)
        {
            console.WriteLine($"(The text stops here: the model's context of {loaded.Model.Config.Context} tokens is full.)");
        }
    }

    /// <summary>Shows pieces as they come, then how fast they came.</summary>
    /// <returns>How many tokens there were.</returns>
    private async Task<int> WriteAsync(IEnumerable<string> pieces, CancellationToken stop)
    {
        var (output, speed) = (console.Profile.Out.Writer, new DrawingSpeed());
        foreach (var piece in pieces)
        {
            speed.Add();
            await output.WriteAsync(piece).ConfigureAwait(false);
            await output.FlushAsync(stop).ConfigureAwait(false);
        }

        await output.WriteLineAsync().ConfigureAwait(false);
        if (speed.Line is { } line)
        {
            await errors.Writer.WriteLineAsync(line).ConfigureAwait(false);
        }

        return speed.Tokens;
    }
}
