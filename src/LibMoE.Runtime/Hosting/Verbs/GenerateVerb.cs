using LibMoE.Runtime.Common;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Continues a text with a model.</summary>
internal sealed class GenerateVerb(
    GenerationOptions options, TrainingConfig training, IEnumerable<MoeVariant> declared, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "generate";

    /// <inheritdoc />
    public static string Description => "Continues a text with a trained or published model, and shows it as it is drawn.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Generation"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Generation:Model", "PATH", "A checkpoint, run, llama2.c file or Hugging Face folder."),
        new("--prompt", "Generation:Prompt", "TEXT", "What the text starts with. [default: the beginning of a document]"),
        new("--tokens", "Generation:Tokens", "N", "How many tokens to add at most. [default: 256]"),
        new("--temperature", "Generation:Temperature", "X", "Draws from softmax(logits/X); 0 takes the most probable token. [default: 1]"),
        new("--top-k", "Generation:TopK", "K", "Draws from the K most probable tokens only; 0 draws from all. [default: 0]"),
        new("--top-p", "Generation:TopP", "P", "Draws from the fewest tokens that have probability P together. [default: 1]"),
        new("--seed", "Generation:Seed", "N", "Decides what is drawn. [default: 0]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (options.Model.Length == 0)
        {
            throw new ConfigurationException("Generation:Model is empty; it must be the path of a model.");
        }

        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(options.Model, [.. declared]);
        var output = console.Profile.Out.Writer;
        var pieces = TextGenerator.Text(loaded.Model, loaded.Tokenizer, options, stop);
        await output.WriteAsync(options.Prompt).ConfigureAwait(false);
        foreach (var piece in pieces)
        {
            await output.WriteAsync(piece).ConfigureAwait(false);
            await output.FlushAsync(stop).ConfigureAwait(false);
        }

        await output.WriteLineAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        return ExitCode.Done;
    }
}
