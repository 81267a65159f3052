using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>A question on an image.</summary>
internal sealed record ShapeQuestion(string Question, string Answer, string Image)
{
    /// <summary>What is asked for.</summary>
    public string Kind => Answer is "yes" or "no" ? "presence" : DrawnShapes.Shapes.Contains(Answer) ? "shape" : "color";
}

/// <summary>Questions on 64 by 64 pixels with one coloured shape: easy-VQA (Zhou 2019), or drawings by the same rules where it is not
/// there.</summary>
internal sealed class ShapeQuestions
{
    /// <summary>Pixels of a side.</summary>
    public const int Size = 64;

    public required string Name { get; init; }

    public required IReadOnlyList<ShapeQuestion> Train { get; init; }

    public required IReadOnlyList<ShapeQuestion> Test { get; init; }

    public required Func<string, RgbImage> Read { get; init; }

    /// <summary>The files of the data folder, or drawings.</summary>
    public static ShapeQuestions Load()
    {
        var data = DataCache.Default();
        string[] names = ["train_questions.json", "train_images.zip", "test_questions.json", "test_images.zip"];
        return names.Select(name => data.Find("easy_vqa/" + name)).ToList() is [{ } train, { } seen, { } test, { } unseen]
            ? OfFiles((train, seen), (test, unseen))
            : DrawnShapes.Make();
    }

    /// <summary>What a model learns from and is measured by.</summary>
    public VisionLanguageData ToData(WordTokenizer words, int tokensPerImage)
    {
        var tokens = new ConversationTokenizer(new ConversationTemplate("words"), words, tokensPerImage);
        var content = string.Join('\n', Train.Concat(Test).Select(row => $"{row.Question}\t{row.Answer}\t{row.Image}"));
        return new VisionLanguageData(
            CorpusIdentity.Of(Name, Encoding.UTF8.GetBytes(content)),
            [.. Train.Select(Encode)],
            [.. Test.Select(row => new HeldOutConversation(Encode(row), row.Kind))],
            Read,
            ImageProcessor.SigLip with { Size = Size });

        ConversationTokens Encode(ShapeQuestion row) => tokens.Encode(new Conversation(row.Image, [row.Image],
        [
            new(ConversationRole.User, ConversationFile.ImageMark + row.Question),
            new(ConversationRole.Assistant, row.Answer),
        ]));
    }

    /// <summary>What is on each image, in place of questions: colour and shape, where its questions say them.</summary>
    public ShapeQuestions Labels()
    {
        return new ShapeQuestions { Name = Name + ", labels", Train = Of(Train), Test = Of(Test), Read = Read };

        static List<ShapeQuestion> Of(IReadOnlyList<ShapeQuestion> rows) =>
        [
            .. from image in rows.GroupBy(row => row.Image)
               let shape = image.FirstOrDefault(row => row.Kind == "shape")
               let color = image.FirstOrDefault(row => row.Kind == "color")
               where shape is not null && color is not null
               select new ShapeQuestion("", $"{color.Answer} {shape.Answer}", image.Key),
        ];
    }

    private static ShapeQuestions OfFiles((string Questions, string Images) train, (string Questions, string Images) test)
    {
        var images = new Dictionary<string, byte[]>();
        Unpack(train.Images, "train/", images);
        Unpack(test.Images, "test/", images);
        return new ShapeQuestions
        {
            Name = "easy-VQA",
            Train = Rows(train.Questions, "train/"),
            Test = Rows(test.Questions, "test/"),
            Read = name => ImageReader.Decode(images[name], name),
        };
    }

    private static List<ShapeQuestion> Rows(string path, string folder) =>
    [
        .. JsonDocument.Parse(File.ReadAllText(path)).RootElement.EnumerateArray()
            .Select(row => new ShapeQuestion(row[0].GetString()!, row[1].GetString()!, $"{folder}{row[2].GetInt32()}.png")),
    ];

    private static void Unpack(string path, string folder, Dictionary<string, byte[]> images)
    {
        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            images[folder + entry.Name] = bytes.ToArray();
        }
    }
}
