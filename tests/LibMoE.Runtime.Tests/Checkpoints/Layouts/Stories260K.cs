using System.IO.Compression;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts;

/// <summary>A real Llama of 260,032 parameters, where the data folder has it, and the text that it is measured on.</summary>
internal static class Stories260K
{
    /// <summary>What llama2.c prints for it at temperature 0, from its documentation.</summary>
    public const string GreedyText =
        """
        Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.
        Lily's mom said, "Lily, let's go to the park." Lily was sad and didn't know what to do. She said, "I want to play with your ball, but I can't find it."
        Lily was sad and didn't know what to do. She said, "I'm sorry, Lily. I didn't know what to do."
        Lily didn't want to help her mom, so she said, "I'm sorry, mom. I didn't know what to do." Her mom said, "Don't worry, Lily. We can help you.
        """;

    /// <summary>Loads the model, or skips the test.</summary>
    public static LoadedModel Load() => ModelLoader.Load(Find("stories260K/stories260K.bin"), []);

    /// <summary>The first stories, each with its start id, cut at the model's context.</summary>
    public static IReadOnlyList<int[]> Stories(LoadedModel loaded, int count)
    {
        using var file = File.OpenRead(Find("tinystories/val.txt.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var stories = reader.ReadToEnd().Split("<|endoftext|>").Select(story => story.Trim()).Where(story => story.Length > 0).Take(count);
        return [.. stories.Select(story => new[] { loaded.Tokenizer.Bos!.Value }
            .Concat(loaded.Tokenizer.Encode(story)).Take(loaded.Model.Config.Context).ToArray())];
    }

    private static string Find(string name)
    {
        var path = DataCache.Default().Find(name);
        Skip.If(path is null, $"the data folder has no {name}");
        return path!;
    }
}
