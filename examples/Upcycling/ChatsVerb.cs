using System.Text.Json;
using LibMoE.Runtime;
using Spectre.Console;

namespace Upcycling;

/// <summary>Makes conversations of TinyStories, to teach stories260K to tell what it is asked for: a story that begins with an animal or a
/// thing is the answer to a wish for one about it.</summary>
internal sealed class ChatsVerb(CorpusOptions options, IAnsiConsole output) : IVerb
{
    private const string FileName = "chats.jsonl";

    private static readonly string[] Things =
    [
        "dog", "cat", "bird", "bear", "bunny", "frog", "fish", "mouse", "duck", "tree", "flower", "ball", "car", "boat", "toy", "cake",
    ];

    public static string Name => "chats";

    public static string Description =>
        $"Writes {FileName}: wishes for stories about an animal or a thing, and what TinyStories tells of it, for finetune.";

    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--corpus", "Corpus:Path", "PATH",
            "Stories with <|endoftext|> after each, as text or .gz. [default: tinystories/val.txt.gz of the data folder]"),
    ];

    public async Task<int> RunAsync(CancellationToken stop)
    {
        var files = await StoryFiles.FindAsync(options.Path, stop);
        var chats = TinyStories.Read(files.Stories).Select(Chat).OfType<string>().ToList();
        await File.WriteAllLinesAsync(FileName, chats, stop);
        var writer = output.Profile.Out.Writer;
        await writer.WriteLineAsync($"{chats.Count} conversations written to {FileName}; go on with");
        await writer.WriteLineAsync($"finetune --model {files.Model} --data {FileName} --steps 100 --learning-rate 0.005 --name tuned");
        return ExitCode.Done;
    }

    /// <summary>The first sentences of a story whose first one names a thing; null of others.</summary>
    private static string? Chat(string story)
    {
        var sentences = story.ReplaceLineEndings(" ").Split(". ", StringSplitOptions.TrimEntries);
        var words = sentences.Take(2).SelectMany(sentence => sentence.ToLowerInvariant().Split(' ', ',', '.', '!', '"')).ToHashSet();
        if (sentences.Length < 4 || Things.FirstOrDefault(words.Contains) is not { } thing)
        {
            return null;
        }

        return JsonSerializer.Serialize(new
        {
            messages = new[]
            {
                new { role = "user", content = $"Tell a story about a {thing}." },
                new { role = "assistant", content = string.Join(". ", sentences.Take(4)) + "." },
            },
        });
    }
}
