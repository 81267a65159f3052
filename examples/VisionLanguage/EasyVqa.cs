using System.IO.Compression;
using System.Text.Json;
using LibMoE.Runtime;

namespace VisionLanguage;

/// <summary>easy-VQA (Zhou 2019): 5,000 drawings of one coloured shape on 64 by 64 pixels, with questions.</summary>
internal static class EasyVqa
{
    /// <summary>The official files in the data folders, or drawings by the same rules where they are not there.</summary>
    public static PictureTask Load()
    {
        var data = DataCache.Default();
        string[] names = ["train_questions.json", "train_images.zip", "test_questions.json", "test_images.zip"];
        if (names.Select(name => data.Find("easy_vqa/" + name)).ToList() is not [{ } train, { } seen, { } test, { } unseen])
        {
            return DrawnShapes.Make() with
            {
                StandsIn = "easy_vqa/ is in none of the data folders (LIBMOE_DATA); these are drawn by its rules.",
            };
        }

        var images = new Dictionary<string, byte[]>();
        Unpack(seen, "train/", images);
        Unpack(unseen, "test/", images);
        return ShapeTask.Of("easy-VQA", Rows(train, "train/"), Rows(test, "test/"), name => ImageReader.Decode(images[name], name));
    }

    private static List<PictureQuestion> Rows(string path, string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. from row in document.RootElement.EnumerateArray()
               let answer = row[1].GetString()!
               select new PictureQuestion(row[0].GetString()!, answer, $"{folder}{row[2].GetInt32()}.png", ShapeTask.KindOf(answer)),
        ];
    }

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
