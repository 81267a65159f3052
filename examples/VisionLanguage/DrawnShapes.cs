using LibMoE.Runtime;
using SkiaSharp;

namespace VisionLanguage;

/// <summary>
/// Drawings as easy-VQA's: one shape of three in one colour of eight, upright, 10 to 33 pixels wide, somewhere on a ground of nearly
/// white;
/// of all questions that can be asked, a third of those for a shape or colour and 8 % of those for presence.
/// </summary>
internal static class DrawnShapes
{
    private const double KeptWhat = 0.32;
    private const double KeptPresence = 0.08;
    private const int Least = 10;
    private const int Most = 33;

    private static readonly Dictionary<string, SKColor> Colors = new()
    {
        ["black"] = new(0, 0, 0),
        ["gray"] = new(128, 128, 128),
        ["red"] = new(255, 0, 0),
        ["blue"] = new(0, 0, 255),
        ["green"] = new(0, 255, 0),
        ["yellow"] = new(255, 255, 0),
        ["teal"] = new(0, 128, 128),
        ["brown"] = new(165, 42, 42),
    };

    private static readonly string[] WhatShape =
        ["what shape is in the image?", "what shape is present?", "what shape does the image contain?", "what is the {0} shape?"];

    private static readonly string[] WhatColor =
        ["what color is the {0}?", "what color is the shape?", "what is the color of the {0}?", "what is the color of the shape?"];

    private static readonly string[] Present =
        ["is there a {0}?", "is there a {0} in the image?", "does the image contain a {0}?", "is a {0} present?"];

    private static readonly string[] Absent =
        ["is there not a {0}?", "is there not a {0} in the image?", "does the image not contain a {0}?", "is no {0} present?"];

    /// <summary>4,000 images to learn from and 1,000 to be measured by; the same ones each time.</summary>
    public static PictureTask Make()
    {
        var (random, images) = (new Random(1), new Dictionary<string, RgbImage>());
        var (train, test) = (Part("train/", 4000), Part("test/", 1000));
        return ShapeTask.Of("drawn shapes", train, test, name => images[name]);

        List<PictureQuestion> Part(string folder, int count)
        {
            var questions = new List<PictureQuestion>();
            for (var number = 0; number < count; number++)
            {
                var (shape, color) = (ShapeTask.Shapes[random.Next(3)], ShapeTask.Colors[random.Next(8)]);
                var name = $"{folder}{number}.png";
                images[name] = Draw(shape, Colors[color], random);
                questions.AddRange(Questions(shape, color, random)
                    .Select(row => new PictureQuestion(row.Question, row.Answer, name, ShapeTask.KindOf(row.Answer))));
            }

            return questions;
        }
    }

    private static IEnumerable<(string Question, string Answer)> Questions(string shape, string color, Random random)
    {
        var what = WhatShape.Select(form => (string.Format(null, form, color), shape))
            .Concat(WhatColor.Select(form => (string.Format(null, form, shape), color)));
        var subjects = ShapeTask.Shapes.Select(other => (other, other == shape))
            .Concat(ShapeTask.Colors.Select(other => ($"{other} shape", other == color)));
        var presence = subjects.SelectMany(subject => Present
            .Select(form => (string.Format(null, form, subject.Item1), subject.Item2 ? "yes" : "no"))
            .Concat(Absent.Select(form => (string.Format(null, form, subject.Item1), subject.Item2 ? "no" : "yes"))));
        return [.. what.Where(_ => random.NextDouble() < KeptWhat), .. presence.Where(_ => random.NextDouble() < KeptPresence)];
    }

    private static RgbImage Draw(string shape, SKColor color, Random random)
    {
        const int Size = PictureTask.Size;
        using var bitmap = new SKBitmap(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.Clear(new SKColor(Light(), Light(), Light()));
        float width = random.Next(Least, Most + 1);
        var height = shape switch
        {
            "circle" => width,
            "rectangle" => random.Next(Least, Most + 1),
            _ => width * MathF.Sqrt(3) / 2,
        };
        canvas.Translate(random.Next(0, Size - (int)width + 1), random.Next(0, Size - (int)height + 1));
        using var path = new SKPath();
        switch (shape)
        {
            case "circle":
                path.AddCircle(width / 2, width / 2, width / 2);
                break;
            case "rectangle":
                path.AddRect(new SKRect(0, 0, width, height));
                break;
            default:
                path.AddPoly([new(width / 2, 0), new(width, height), new(0, height)], close: true);
                break;
        }

        canvas.DrawPath(path, paint);
        canvas.Flush();
        var pixels = bitmap.GetPixelSpan();
        var rgb = new byte[3 * Size * Size];
        for (var pixel = 0; pixel < Size * Size; pixel++)
        {
            pixels.Slice(4 * pixel, 3).CopyTo(rgb.AsSpan(3 * pixel));
        }

        return new RgbImage(Size, Size, rgb);

        byte Light() => (byte)random.Next(230, 256);
    }
}
