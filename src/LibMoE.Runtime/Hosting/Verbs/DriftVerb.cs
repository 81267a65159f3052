using System.Globalization;
using Humanizer;
using LibMoE.Runtime.Analysis.Drifting;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Reporting;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Watches whether text is still of the kind that a model was made for.</summary>
internal sealed class DriftVerb(
    DriftSettings settings,
    TrainingConfig training,
    IEnumerable<MoeVariant> declared,
    PublishedModels published,
    TextReader input,
    IAnsiConsole console) : IVerb
{
    private const string StandardInput = "-";

    /// <inheritdoc />
    public static string Name => "drift";

    /// <inheritdoc />
    public static string Description =>
        "Watches text, live or from a file: says where other experts work on it than on a reference text, or the loss is higher.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Drift:Model", "PATH", VerbOptions.ModelPath),
        new("--reference", "Drift:Reference", "FILE", "Text of the kind that the model is meant for; at least 20 windows long."),
        new("--text", "Drift:Text", "FILE", "The text to watch, or - for the standard input as it comes. [default: -]"),
        new("--window", "Drift:Window", "N", "About how many tokens are looked at together. [default: 1000]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(settings.Model, "Drift:Model", "the path of a model");
        RequiredSetting.Check(settings.Reference, "Drift:Reference", "the path of a text");
        var (path, _) = await published.FindAsync(settings.Model, stop).ConfigureAwait(false);
        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        using var reference = Open(settings.Reference);
        using var text = settings.Text == StandardInput ? null : Open(settings.Text);
        var monitor = DriftMonitor.Of(loaded.Model, [.. Tokens(reference, loaded.Tokenizer, stop)], settings.Window);
        console.WriteWhole(
            Text($"Windows of {monitor.Window:N0} tokens. Bounds, the largest of {monitor.Bounding} windows of {settings.Reference}: ")
                + Text($"stability index {monitor.Bounds.Stability:0.0000}, loss {monitor.Bounds.Loss:0.000} nats."));
        Watch(monitor, Tokens(text ?? input, loaded.Tokenizer, stop));
        stop.ThrowIfCancellationRequested();
        return ExitCode.Done;
    }

    private void Watch(DriftMonitor monitor, IEnumerable<int> tokens)
    {
        var (windows, moved, higher) = (0, 0, 0);
        foreach (var ids in tokens.Chunk(monitor.Window).Where(ids => ids.Length == monitor.Window))
        {
            var read = monitor.Read(ids);
            List<string> said = [];
            if (read.Stability > monitor.Bounds.Stability)
            {
                said.Add(Text($"other experts, stability index {read.Stability:0.0000}"));
                moved++;
            }

            if (read.Loss > monitor.Bounds.Loss)
            {
                said.Add(Text($"loss {read.Loss:0.000} nats"));
                higher++;
            }

            var first = (long)windows * monitor.Window;
            windows++;
            if (said.Count > 0)
            {
                console.WriteWhole(Text($"tokens {first:N0} to {first + monitor.Window - 1:N0}: {string.Join("; ", said)}"));
            }
        }

        console.WriteWhole($"{"window".ToQuantity(windows)}, {moved} with other experts, {higher} with a higher loss");
    }

    /// <summary>The tokens of a text, line by line, so that what comes live is read as it comes.</summary>
    private static IEnumerable<int> Tokens(TextReader text, ITokenizer tokenizer, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && text.ReadLine() is { } line)
        {
            foreach (var id in tokenizer.Encode(line + "\n"))
            {
                yield return id;
            }
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The text {path} cannot be read: {unreadable.Message}");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
