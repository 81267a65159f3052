using System.Text;
using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>A question on a picture.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">A word.</param>
/// <param name="Image">The picture's name.</param>
/// <param name="Kind">The kind of question, whose answers are counted apart.</param>
internal sealed record PictureQuestion(string Question, string Answer, string Image, string Kind);

/// <summary>Questions on pictures to learn from and to be measured by, with what an encoder can learn of the pictures
/// beforehand.</summary>
internal sealed record PictureTask
{
    /// <summary>Pixels of a side.</summary>
    public const int Size = 64;

    private const int LongestConversation = 10;

    /// <summary>What every picture becomes: colours from −1 to 1.</summary>
    public static ImageProcessor Processor { get; } = ImageProcessor.SigLip with { Size = Size };

    /// <summary>For people.</summary>
    public required string Name { get; init; }

    /// <summary>What is said where this stands in for data that are not there; empty where they are.</summary>
    public string StandsIn { get; init; } = "";

    public required IReadOnlyList<PictureQuestion> Train { get; init; }

    public required IReadOnlyList<PictureQuestion> Test { get; init; }

    /// <summary>Decodes a picture, given its name.</summary>
    public required Func<string, RgbImage> Read { get; init; }

    /// <summary>What is told of each region: in each group one name.</summary>
    public required IReadOnlyList<LabelGroup> Groups { get; init; }

    /// <summary>Regions of a side that are labelled apart; 1 is the whole picture.</summary>
    public int Side { get; init; } = 1;

    /// <summary>The labels of the pictures to learn from.</summary>
    public required IReadOnlyList<LabelledPicture> TrainLabels { get; init; }

    /// <summary>The labels of the others.</summary>
    public required IReadOnlyList<LabelledPicture> TestLabels { get; init; }

    /// <summary>What is shown of the right answers.</summary>
    public required IReadOnlyList<AnswerColumn> Columns { get; init; }

    /// <summary>Which questions, of which pictures.</summary>
    public CorpusIdentity Identity => CorpusIdentity.Of(
        Name, Encoding.UTF8.GetBytes(string.Join('\n', Train.Concat(Test).Select(row => $"{row.Question}\t{row.Answer}\t{row.Image}"))));

    /// <summary>The questions in a language model's ids: those to learn from picture by picture in conversations, as LLaVA has them, the
    /// others one by one.</summary>
    public VisionLanguageData ToData(WordTokenizer words, int tokensPerImage)
    {
        var tokens = new ConversationTokenizer(new ConversationTemplate("words"), words, tokensPerImage);
        return new VisionLanguageData(
            Identity,
            [.. Train.GroupBy(row => row.Image).SelectMany(rows => rows.Chunk(LongestConversation)).Select(Encode)],
            [.. Test.Select(row => new HeldOutConversation(Encode([row]), row.Kind))],
            Read,
            Processor)
        {
            Tokenizer = words,
        };

        ConversationTokens Encode(PictureQuestion[] rows) => tokens.Encode(new Conversation(rows[0].Image, [rows[0].Image],
        [
            .. rows.Index().SelectMany(row => new ConversationTurn[]
            {
                new(ConversationRole.User, (row.Index == 0 ? ConversationFile.ImageMark : "") + row.Item.Question),
                new(ConversationRole.Assistant, row.Item.Answer),
            }),
        ]));
    }
}
