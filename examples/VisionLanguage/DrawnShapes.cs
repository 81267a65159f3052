using LibMoE.Runtime;
using SkiaSharp;

namespace VisionLanguage;

/// <summary>
/// Drawings by easy-VQA's rules: one shape of three in one colour of eight, of any size, place and turn, on a light ground; of all
/// questions that can be asked, a third of those for a shape or colour and 8 % of those for presence.
/// </summary>
internal static class DrawnShapes
{
    private const double KeptWhat = 0.32;
    private const double KeptPresence = 0.08;

    private static readonly (string Name, SKColor Color)[] Colors =
    [
        ("black", new(0, 0, 0)), ("gray", new(128, 128, 128)), ("red", new(220, 20, 20)), ("blue", new(20, 20, 220)),
        ("green", new(20, 150, 20)), ("yellow", new(230, 220, 30)), ("teal", new(20, 180, 180)), ("brown", new(130, 80, 30)),
    ];

    private static readonly string[] WhatShape =
        ["what shape is in the image?", "what shape is present?", "what shape does the image contain?", "what is the {0} shape?"];

    private static readonly string[] WhatColor =
        ["what color is the {0}?", "what color is the shape?", "what is the color of the {0}?", "what is the color of the shape?"];

    private static readonly string[] Present =
        ["is there a {0}?", "is there a {0} in the image?", "does the image contain a {0}?", "is a {0} present?"];

    private static readonly string[] Absent =
        ["is there not a {0}?", "is there not a {0} in the image?", "does the image not contain a {0}?", "is no {0} present?"];

    public static IReadOnlyList<string> Shapes { get; } = ["circle", "rectangle", "triangle"];

    /// <summary>4,000 images to learn from and 1,000 to be measured by; the same ones each time.</summary>
    public static ShapeQuestions Make()
    {
        var (random, images) = (new Random(1), new Dictionary<string, RgbImage>());
        var (train, test) = (Part("train/", 4000), Part("test/", 1000));
        return new ShapeQuestions { Name = "drawn shapes", Train = train, Test = test, Read = name => images[name] };

        List<ShapeQuestion> Part(string folder, int count)
        {
            var questions = new List<ShapeQuestion>();
            for (var number = 0; number < count; number++)
            {
                var (shape, color, name) = (Shapes[random.Next(3)], Colors[random.Next(Colors.Length)], $"{folder}{number}.png");
                images[name] = Draw(shape, color.Color, random);
                questions.AddRange(Questions(shape, color.Name, random).Select(row => new ShapeQuestion(row.Question, row.Answer, name)));
            }

            return questions;
        }
    }

    private static IEnumerable<(string Question, string Answer)> Questions(string shape, string color, Random random)
    {
        var what = WhatShape.Select(form => (string.Format(null, form, color), shape))
            .Concat(WhatColor.Select(form => (string.Format(null, form, shape), color)));
        var subjects = Shapes.Select(other => (other, other == shape))
            .Concat(Colors.Select(other => ($"{other.Name} shape", other.Name == color)));
        var presence = subjects.SelectMany(subject => Present
            .Select(form => (string.Format(null, form, subject.Item1), subject.Item2 ? "yes" : "no"))
            .Concat(Absent.Select(form => (string.Format(null, form, subject.Item1), subject.Item2 ? "no" : "yes"))));
        return [.. what.Where(_ => random.NextDouble() < KeptWhat), .. presence.Where(_ => random.NextDouble() < KeptPresence)];
    }

    private static RgbImage Draw(string shape, SKColor color, Random random)
    {
        const int Size = ShapeQuestions.Size;
        using var bitmap = new SKBitmap(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.Clear(new SKColor(Light(), Light(), Light()));
        float width = random.Next(16, 40), height = shape == "circle" ? width : random.Next(16, 40);
        canvas.Translate(random.Next(20, Size - 20), random.Next(20, Size - 20));
        canvas.RotateDegrees(random.Next(360));
        switch (shape)
        {
            case "circle":
                canvas.DrawCircle(0, 0, width / 2, paint);
                break;
            case "rectangle":
                canvas.DrawRect(-width / 2, -height / 2, width, height, paint);
                break;
            default:
                using (var path = new SKPath())
                {
                    path.AddPoly([new(0, -height / 2), new(width / 2, height / 2), new(-width / 2, height / 2)], close: true);
                    canvas.DrawPath(path, paint);
                }

                break;
        }

        canvas.Flush();
        var pixels = bitmap.GetPixelSpan();
        var rgb = new byte[3 * Size * Size];
        for (var pixel = 0; pixel < Size * Size; pixel++)
        {
            pixels.Slice(4 * pixel, 3).CopyTo(rgb.AsSpan(3 * pixel));
        }

        return new RgbImage(Size, Size, rgb);

        byte Light() => (byte)random.Next(200, 256);
    }
}
