using Humanizer;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Data.Tokenizers;
using LibMoE.Runtime.Models.Generation;
using LibMoE.Runtime.Reporting;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Talks with a model in the terminal.</summary>
internal sealed class ChatVerb(
    ChatSettings settings,
    GenerationOptions options,
    TrainingConfig training,
    IEnumerable<MoeVariant> declared,
    PublishedModels published,
    Interruption interruption,
    TextReader input,
    IAnsiConsole console) : IVerb
{
    private const string Forget = "/new";
    private const string Leave = "/exit";

    /// <inheritdoc />
    public static string Name => "chat";

    /// <inheritdoc />
    public static string Description =>
        "Talks with a trained or published model in the terminal; answers appear as they are drawn, and Ctrl+C ends one.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--model", "Generation:Model", "PATH", VerbOptions.ModelPath),
        new("--template", "Chat:Template", "NAME",
            "What stands between turns: plain, phi3, vicuna or llama. [default: the tokenizer's own chat template, or plain]"),
        new("--system", "Chat:System", "TEXT", "What the model is told of its task. [default: the template's words]"),
        new("--tokens", "Generation:Tokens", "N", "How many tokens an answer has at most. [default: 256]"),
        new("--temperature", "Generation:Temperature", "X", "Draws from softmax(logits/X); 0 takes the most probable token. [default: 1]"),
        new("--top-k", "Generation:TopK", "K", "Draws from the K most probable tokens only; 0 draws from all. [default: 0]"),
        new("--top-p", "Generation:TopP", "P", "Draws from the fewest tokens that have probability P together. [default: 1]"),
        new("--seed", "Generation:Seed", "N", "Decides what is drawn. [default: 0]"),
        new("--threads", "Training:Threads", "N", "Threads to compute with. [default: one per physical core]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        RequiredSetting.Check(options.Model, "Generation:Model", "the path of a model");

        var (path, _) = await published.FindAsync(options.Model, stop).ConfigureAwait(false);
        using var threads = new ThreadCount(training.Threads);
        using var loaded = ModelLoader.Load(path, [.. declared]);
        var conversations = Conversations(loaded);
        var dialogue = new Dialogue(loaded.Model, conversations, options);
        console.WriteWhole($"{loaded.Name}, template {conversations.Template.Name}. Ctrl+C ends an answer; {Forget} forgets what was said; "
            + $"{Leave} or the end of the input ends.");
        while (await ReadAsync(stop).ConfigureAwait(false) is { } question && question != Leave)
        {
            if (question == Forget)
            {
                dialogue.Clear();
            }
            else if (question.Length > 0)
            {
                await AnswerAsync(dialogue, question, loaded.Model.Config.Context, stop).ConfigureAwait(false);
            }
        }

        return ExitCode.Done;
    }

    /// <summary>A terminal's line is waited for on another thread: it cannot be given up.</summary>
    private async Task<string?> ReadAsync(CancellationToken stop)
    {
        var output = console.Profile.Out.Writer;
        await output.WriteAsync("> ").ConfigureAwait(false);
        await output.FlushAsync(stop).ConfigureAwait(false);
        var line = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(stop).ConfigureAwait(false);
        await output.WriteAsync(line is null ? Environment.NewLine : "").ConfigureAwait(false);
        return line?.Trim();
    }

    private async Task AnswerAsync(Dialogue dialogue, string question, int context, CancellationToken stop)
    {
        using var answering = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var taken = interruption.Take(answering);
        var output = console.Profile.Out.Writer;
        try
        {
            foreach (var piece in dialogue.Ask(question, answering.Token))
            {
                await output.WriteAsync(piece).ConfigureAwait(false);
                await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (ConfigurationException tooLong)
        {
            console.WriteWhole($"({tooLong.Message})");
            return;
        }

        stop.ThrowIfCancellationRequested();
        await output.WriteLineAsync().ConfigureAwait(false);
        foreach (var note in Notes(dialogue, context))
        {
            console.WriteWhole($"({note})");
        }
    }

    private IEnumerable<string> Notes(Dialogue dialogue, int context)
    {
        if (dialogue.Forgotten > 0)
        {
            yield return $"{"question".ToQuantity(dialogue.Forgotten)} forgotten: the model's context is {context} tokens.";
        }

        switch (dialogue.End)
        {
            case AnswerEnd.Length:
                yield return $"Stopped after {options.Tokens} tokens; --tokens allows more.";
                break;
            case AnswerEnd.Context:
                yield return $"Stopped: the context of {context} tokens is full.";
                break;
            case AnswerEnd.Interrupted:
                yield return "Interrupted.";
                break;
            default:
                break;
        }
    }

    private ConversationTokenizer Conversations(LoadedModel loaded)
    {
        var system = settings.System.Length > 0 ? settings.System : null;
        if (settings.Template.Length == 0 && OwnChatTemplate.In(loaded.Tokenizer) is { } own)
        {
            return own.Problem is null
                ? ConversationTokenizer.Own(loaded.Tokenizer, system)!
                : throw new ConfigurationException($"Chat:Template is empty, and {loaded.Name} cannot be talked to: {own.Problem}. Name "
                    + $"the form that it was trained on: {string.Join(", ", ConversationTemplate.All.Select(known => known.Name))}.");
        }

        // Captions leave out the words of a question; here they are all there is.
        var template = settings.Template.Length == 0 ? ConversationTemplate.Plain : ConversationTemplate.Of(settings.Template);
        var worded = template with { ImagesOnly = false };
        return new ConversationTokenizer(system is null ? worded : worded.WithSystem(system), loaded.Tokenizer, tokensPerImage: 0);
    }
}
