using System.Text.Json;
using SkiaSharp;

namespace LibMoE.Runtime.Tests.Training.Learners;

/// <summary>Questions on small pictures of one colour, in the files of easy-VQA, and a learner of them that can be asked.</summary>
internal static class ColourQuestions
{
    public const string Instruction = "\nAnswer the question using a single word or phrase.";

    /// <summary>A task of a user's own in easy-VQA's format.</summary>
    public const string Task = """
        {
          "name": "colours", "version": 1, "title": "Colours", "form": "generate",
          "sources": [ { "files": [ { "path": "colours.json" } ], "format": "json", "images": { "path": "colours.zip" } } ],
          "images": [ "{2}.png" ], "prompt": "{0}\nAnswer the question using a single word or phrase.",
          "target": "{1}", "rule": "shortAnswer", "unit": "{2}", "group": "{1|map:yes=presence;no=presence;*=colour}",
          "maxTokens": 8, "until": [], "metric": "acc", "citation": "none", "licence": "CC0"
        }
        """;

    private const int Learned = 60;
    private const int HeldOut = 18;

    private static readonly (string Name, byte Red, byte Green, byte Blue)[] Colours =
        [("red", 200, 30, 30), ("green", 30, 160, 30), ("blue", 30, 30, 200)];

    private static readonly WordTokenizer Words = new(
        All.SelectMany(row => new[] { row.Question, row.Answer }).Append(Instruction));

    /// <summary>The questions on one picture.</summary>
    public static IEnumerable<(string Question, string Answer, int Image)> Of(int image)
    {
        var asked = Colours[image / 3 % 3].Name;
        yield return ("what color is it?", Colours[image % 3].Name, image);
        yield return ($"is it {asked}?", asked == Colours[image % 3].Name ? "yes" : "no", image);
    }

    /// <summary>The picture's file.</summary>
    public static byte[] Png(int image)
    {
        using var bitmap = new SKBitmap(8, 8);
        for (var pixel = 0; pixel < 64; pixel++)
        {
            var (red, green, blue) = At(image, pixel);
            bitmap.SetPixel(pixel % 8, pixel / 8, new SKColor(red, green, blue));
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>Writes the held-out questions with their pictures, and the task.</summary>
    public static void WriteTo(string folder)
    {
        var rows = HeldOutImages.SelectMany(Of).Select(row => new object[] { row.Question, row.Answer, row.Image });
        File.WriteAllText(Path.Combine(folder, "colours.json"), JsonSerializer.Serialize(rows));
        using var zip = System.IO.Compression.ZipFile.Open(
            Path.Combine(folder, "colours.zip"), System.IO.Compression.ZipArchiveMode.Create);
        foreach (var image in HeldOutImages)
        {
            using var stream = zip.CreateEntry($"{image}.png").Open();
            stream.Write(Png(image));
        }

        File.WriteAllText(Path.Combine(folder, "task.json"), Task);
    }

    /// <summary>The learner of a cell.</summary>
    /// <param name="setup">The cell.</param>
    /// <param name="asked">Whether it can be asked.</param>
    /// <param name="features">Which states of the encoder are its features.</param>
    /// <param name="heads">Of the encoder.</param>
    /// <param name="data">The name of the data.</param>
    public static VisionLanguageLearner Learner(
        LearnerSetup setup, bool asked = true, int features = -1, int heads = 2, string data = "colours")
    {
        var config = new VisionLanguageConfig
        {
            Vision = new VisionConfig
            {
                ImageSize = 8,
                PatchSize = 4,
                Dim = 16,
                Layers = 2,
                Heads = heads,
                Hidden = 16,
                Activation = Activation.Gelu,
                ClassToken = false,
                PatchBias = true,
                PreNorm = false,
                FeatureLayer = features,
            },
            Connector = new ConnectorConfig { Hidden = 16 },
            Language = new ModelConfig
            {
                Vocabulary = Words.Vocabulary,
                Dim = 16,
                Layers = 2,
                Heads = 2,
                Hidden = 32,
                Context = 40,
            },
        };
        var model = VisionLanguageModel.Create(
            config, new VisionLanguageVariants(Vision: setup.Mixture, Connector: setup.Mixture), setup.Seed);
        var conversations = new ConversationTokenizer(new ConversationTemplate("words") { EndsWithId = true }, Words, model.TokensPerImage);
        var questions = new VisionLanguageData(
            CorpusIdentity.Of(data, [(float)data.Length]),
            [.. Enumerable.Range(0, Learned).SelectMany(Of).Select(row => Encode(conversations, row))],
            [.. HeldOutImages.SelectMany(Of).Select(row => new HeldOutConversation(
                Encode(conversations, row), row.Answer is "yes" or "no" ? "presence" : "colour"))],
            name => ImageReader.Decode(Png(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)), name),
            new ImageProcessor { Size = 8 })
        {
            Conversations = asked ? conversations : null,
        };
        return new VisionLanguageLearner(model, questions, setup.Training)
        {
            Chosen = new Dictionary<string, string> { ["Heads"] = $"{heads}" },
        };
    }

    private static IEnumerable<int> HeldOutImages => Enumerable.Range(Learned, HeldOut);

    private static IEnumerable<(string Question, string Answer, int Image)> All => Enumerable.Range(0, 9).SelectMany(Of);

    private static ConversationTokens Encode(ConversationTokenizer conversations, (string Question, string Answer, int Image) row) =>
        conversations.Encode(new Conversation(
            $"{row.Image}",
            [$"{row.Image}"],
            [
                new(ConversationRole.User, $"{ConversationFile.ImageMark}\n{row.Question}{Instruction}"),
                new(ConversationRole.Assistant, row.Answer),
            ]));

    private static (byte Red, byte Green, byte Blue) At(int image, int pixel)
    {
        var (_, red, green, blue) = Colours[image % 3];
        var noise = new Random(64 * image + pixel).Next(-25, 26);
        return ((byte)(red + noise), (byte)(green + noise), (byte)(blue + noise));
    }
}

/// <summary>A mixture in the place of the encoder's and the connector's FFNs.</summary>
[MoeLayer, Experts<Gelu>(4, Bias = true), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class ColourMoe;
