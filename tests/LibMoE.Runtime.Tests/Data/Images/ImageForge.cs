using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace LibMoE.Runtime.Tests.Data.Images;

/// <summary>Image files, byte by byte where no encoder at hand writes them.</summary>
internal static class ImageForge
{
    /// <summary>An image by SkiaSharp's encoder.</summary>
    public static byte[] Encoded(RgbImage image, SKEncodedImageFormat format, int quality = 100)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var at = 0; at < image.Width * image.Height; at++)
        {
            bitmap.SetPixel(
                at % image.Width, at / image.Width, new SKColor(image.Pixels[3 * at], image.Pixels[3 * at + 1], image.Pixels[3 * at + 2]));
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    /// <summary>A PNG of any kind: rows are bytes with the filter's 0 before each.</summary>
    public static byte[] Png(int width, int height, byte bits, byte kind, byte[] rows, byte[]? palette = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, kind);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR", header), .. palette is null ? [] : Chunk("PLTE", palette),
            .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A JPEG of 8 by 8 pixels of one colour in four components, as Adobe's programs store CMYK: inverted.</summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        var bits = new List<bool>();
        foreach (var ink in new[] { cyan, magenta, yellow, black })
        {
            // One coefficient, the mean; quantised by 8 it is the sample less 128.
            var level = 255 - ink - 128;
            var size = level == 0 ? 0 : 32 - int.LeadingZeroCount(Math.Abs(level));
            Put(size, 4);
            Put(level < 0 ? level + (1 << size) - 1 : level, size);
            bits.Add(false);
        }

        while (bits.Count % 8 != 0)
        {
            bits.Add(true);
        }

        var scan = bits.Chunk(8).Select(eight => (byte)eight.Aggregate(0, (value, bit) => 2 * value + (bit ? 1 : 0)))
            .SelectMany(value => value == 255 ? [value, (byte)0] : new[] { value });
        byte[] components = [1, 2, 3, 4];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]),
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]),
            .. Segment(0xC0, [8, 0, 8, 0, 8, 4, .. components.SelectMany(component => new byte[] { component, 0x11, 0 })]),
            .. Segment(0xC4, [0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
            .. Segment(0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            .. Segment(0xDA, [4, .. components.SelectMany(component => new byte[] { component, 0 }), 0, 63, 0]),
            .. scan,
            0xFF, 0xD9,
        ];

        void Put(int value, int count)
        {
            for (var bit = count - 1; bit >= 0; bit--)
            {
                bits.Add(((value >> bit) & 1) == 1);
            }
        }
    }

    /// <summary>A JPEG with an EXIF orientation.</summary>
    public static byte[] Turned(byte[] jpeg, byte orientation) =>
    [
        0xFF, 0xD8,
        .. Segment(0xE1, [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]),
        .. jpeg[2..],
    ];

    private static byte[] Segment(byte marker, byte[] content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string name, byte[] content)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(name), .. content];
        var (length, check) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc(body));
        return [.. length, .. body, .. check];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
