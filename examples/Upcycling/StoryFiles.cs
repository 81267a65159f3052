using LibMoE.Runtime;

namespace Upcycling;

/// <summary>The model and the stories: a path given, else a data folder, else the model's pinned address.</summary>
/// <param name="Model">The <c>.bin</c>; its tokenizer lies beside it.</param>
/// <param name="Stories">Text with <c>&lt;|endoftext|&gt;</c> after each story, as it is or packed with gzip.</param>
internal sealed record StoryFiles(string Model, string Stories)
{
    /// <summary>Stories as a data folder has them.</summary>
    public const string Published = "tinystories/val.txt.gz";

    private const string Address = "https://raw.githubusercontent.com/ytmytm/llama2.c64/12b5bec82eb980362b8a7bfe86992a552a492481/";

    private static readonly SourceFile[] PublishedModel =
    [
        new("stories260K/stories260K.bin")
        {
            Url = Address + "stories260K.bin", Sha256 = "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696"
        },
        new("stories260K/tok512.bin")
        {
            Url = Address + "tok512.bin", Sha256 = "037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312"
        },
    ];

    /// <summary>Finds both.</summary>
    /// <param name="stories">The path of a text; null looks into the data folders.</param>
    /// <param name="stop">Ends a download.</param>
    /// <exception cref="ConfigurationException">One of them cannot be had; the message says where each comes from.</exception>
    public static async Task<StoryFiles> FindAsync(string? stories, CancellationToken stop)
    {
        var (cache, problems) = (DataCache.Default(), new List<string>());
        var model = new List<string>();
        try
        {
            foreach (var file in PublishedModel)
            {
                model.Add(await new Downloader().FindAsync(file, cache, offline: false, stop));
            }
        }
        catch (DownloadException failed)
        {
            problems.Add(
                $"{PublishedModel[model.Count].Path} is in none of the data folders ({string.Join(", ", cache.Folders)}), "
                + $"and {failed.Message}; put {string.Join(" and ", PublishedModel.Select(file => file.Path))} there, "
                + "from https://huggingface.co/karpathy/tinyllamas.");
        }

        var text = stories ?? cache.Find(Published);
        if (!File.Exists(text))
        {
            var missing = text is null
                ? $"{Published} is in none of the data folders ({string.Join(", ", cache.Folders)})"
                : $"There is no file {text}";
            problems.Add($"{missing}; download "
                + "TinyStoriesV2-GPT4-valid.txt from https://huggingface.co/datasets/roneneldan/TinyStories and name it with --corpus.");
        }

        ConfigurationException.ThrowIfAny(problems);
        return new StoryFiles(model[0], text!);
    }
}
