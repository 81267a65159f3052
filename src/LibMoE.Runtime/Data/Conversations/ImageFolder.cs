using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>Where the images of conversations lie.</summary>
/// <param name="path">The folder.</param>
public sealed class ImageFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Decodes an image.</summary>
    /// <param name="name">Its file inside the folder, with slashes.</param>
    /// <exception cref="ImageFileException">It lies outside of the folder, is not there, or is no image that can be shown.</exception>
    public RgbImage Read(string name) => ImageReader.Read(PathOf(name));

    /// <summary>Why images cannot be shown, in one sentence; null where all can.</summary>
    internal string? Problem(IReadOnlyList<string> names, ImageCheck check)
    {
        foreach (var name in names)
        {
            try
            {
                if (check == ImageCheck.Decodes)
                {
                    Read(name);
                }
                else if (!File.Exists(PathOf(name)))
                {
                    throw new ImageFileException(PathOf(name), ImageFault.Missing, "does not exist");
                }
            }
            catch (ImageFileException error)
            {
                return error.Message;
            }
        }

        return null;
    }

    private string PathOf(string name)
    {
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));
        var inside = System.IO.Path.TrimEndingDirectorySeparator(Path) + System.IO.Path.DirectorySeparatorChar;
        return full.StartsWith(inside, StringComparison.Ordinal)
            ? full
            : throw new ImageFileException(MessageText.Quote(name), ImageFault.Missing, $"lies outside of the folder of images, {Path}");
    }
}
