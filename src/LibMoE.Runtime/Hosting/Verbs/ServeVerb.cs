using LibMoE.Runtime.Common;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Serves a model to programs that speak OpenAI's HTTP interface.</summary>
internal sealed class ServeVerb(
    ServingOptions options,
    TrainingConfig training,
    IEnumerable<MoeVariant> declared,
    PublishedModels published,
    IAnsiConsole console,
    IModelServer? server = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "serve";

    /// <inheritdoc />
    public static string Description =>
        "Serves a trained or published model over HTTP, on 127.0.0.1, to clients of OpenAI's interface; requests are continued together.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Serving"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Serving:Model", "PATH", VerbOptions.ModelPath),
        new("--address", "Serving:Address", "IP", "The address; any but a loopback address needs Serving:ApiKey. [default: 127.0.0.1]"),
        new("--port", "Serving:Port", "N", "The port; 0 takes a free one. [default: 5081]"),
        new("--chat-template", "Serving:ChatTemplate", "NAME",
            "How turns become a prompt: plain, phi3, vicuna or llama. [default: the tokenizer's own chat template; without one, "
                + "conversations are refused]"),
        new("--texts", "Serving:Texts", "N", "Texts that are continued together at most. [default: 64]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        if (server is null)
        {
            throw new ConfigurationException(
                "'serve' needs the project LibMoE.Serving: reference it, and call builder.Services.AddServing().");
        }

        if (options.Model.Length == 0)
        {
            throw new ConfigurationException("Serving:Model is empty; it must be the path of a model.");
        }

        var (path, _) = await published.FindAsync(options.Model, stop).ConfigureAwait(false);
        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        console.WriteNotes(loaded);
        await server.ServeAsync(
            loaded, options, address => console.WriteLine($"Serving {options.Model} at {address}v1 (Ctrl+C ends)"), stop)
            .ConfigureAwait(false);
        return ExitCode.Stopped;
    }
}
