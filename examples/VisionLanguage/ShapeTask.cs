using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>Questions on one coloured shape: which shape, which colour, is it there.</summary>
internal static class ShapeTask
{
    public static IReadOnlyList<string> Shapes { get; } = ["circle", "rectangle", "triangle"];

    public static IReadOnlyList<string> Colors { get; } = ["black", "gray", "red", "blue", "green", "yellow", "teal", "brown"];

    private static readonly char[] Between = [' ', '?'];

    /// <summary>Makes the task of its questions.</summary>
    public static PictureTask Of(
        string name, IReadOnlyList<PictureQuestion> train, IReadOnlyList<PictureQuestion> test, Func<string, RgbImage> read) => new()
        {
            Name = name,
            Train = train,
            Test = test,
            Read = read,
            Groups = [new("shape", Shapes), new("color", Colors)],
            TrainLabels = Labels(train),
            TestLabels = Labels(test),
            Columns = AnswerColumn.Plain(test),
        };

    /// <summary>What kind of question has that answer.</summary>
    public static string KindOf(string answer) => answer is "yes" or "no" ? "presence" : Shapes.Contains(answer) ? "shape" : "color";

    /// <summary>What is on each picture, as far as its questions for a shape or a colour and their answers name it.</summary>
    private static List<LabelledPicture> Labels(IReadOnlyList<PictureQuestion> rows) =>
    [
        .. rows.Where(row => row.Kind != "presence").GroupBy(row => row.Image).Select(image =>
        {
            var named = image.SelectMany(row => row.Question.Split(Between).Append(row.Answer)).ToHashSet();
            return new LabelledPicture(image.Key, [[Named(Shapes)], [Named(Colors)]]);

            int Named(IReadOnlyList<string> names) => names.Index().Where(name => named.Contains(name.Item))
                .Select(name => name.Index).FirstOrDefault(LabelledPictures.Unknown);
        }),
    ];
}
