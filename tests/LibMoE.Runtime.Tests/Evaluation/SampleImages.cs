using SkiaSharp;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Tiny images of one colour.</summary>
internal static class SampleImages
{
    public static byte[] Png(byte red, byte green = 0, byte blue = 0) => Encode(SKEncodedImageFormat.Png, red, green, blue);

    public static byte[] Jpeg(byte red) => Encode(SKEncodedImageFormat.Jpeg, red, 0, 0);

    public static string Base64(byte red) => Convert.ToBase64String(Png(red));

    public static byte[] Zip(params (string Entry, byte[] Content)[] entries)
    {
        var memory = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(memory, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (entry, content) in entries)
            {
                using var stream = archive.CreateEntry(entry).Open();
                stream.Write(content);
            }
        }

        return memory.ToArray();
    }

    private static byte[] Encode(SKEncodedImageFormat format, byte red, byte green, byte blue)
    {
        using var bitmap = new SKBitmap(4, 3);
        bitmap.Erase(new SKColor(red, green, blue));
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
