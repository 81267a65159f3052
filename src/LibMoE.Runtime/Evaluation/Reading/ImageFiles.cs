using System.IO.Compression;

namespace LibMoE.Runtime.Evaluation.Reading;

/// <summary>The images of a source, in a folder or a .zip. A name without an extension stands for the image of that name, whatever its
/// format.</summary>
internal sealed class ImageFiles
{
    private const long MostBytes = 64 << 20;
    private static readonly string[] Extensions = ["", ".png", ".jpg", ".jpeg", ".JPG", ".webp", ".gif", ".bmp"];

    private readonly string _place;
    private readonly string? _folder;
    private readonly ZipArchive? _archive;

    /// <summary>By every end of its path that begins behind a slash; null where several entries end so.</summary>
    private readonly Dictionary<string, ZipArchiveEntry?> _entries = new(StringComparer.Ordinal);

    /// <summary>Opens a place that <see cref="PlaceOf"/> found.</summary>
    /// <param name="file">What the task says of it.</param>
    /// <param name="path">Where it lies. An archive stays open as long as its images are used.</param>
    /// <exception cref="EvaluationDataException">The archive is damaged.</exception>
    public ImageFiles(SourceFile file, string path)
    {
        _place = file.Path;
        if (Directory.Exists(path))
        {
            _folder = Path.GetFullPath(path);
            return;
        }

        try
        {
            _archive = ZipFile.OpenRead(path);
            foreach (var entry in _archive.Entries.Where(entry => !entry.FullName.EndsWith('/')))
            {
                Add(entry);
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new EvaluationDataException(file.Path, 0, $"the archive of images cannot be read ({fault.Message})", fault);
        }
    }

    /// <summary>Where the images lie: the archive, or the folder of its name without .zip; null where neither is there.</summary>
    public static string? PlaceOf(SourceFile file, DataCache cache) => cache.Find(file.Path) ?? cache.FindFolder(
        file.Path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? file.Path[..^4] : file.Path);

    /// <summary>Reads an image.</summary>
    /// <param name="name">Its path in the place, or the end of it.</param>
    /// <returns>A function that reads it, or what is wrong.</returns>
    public (Func<byte[]>? Read, string? Problem) Find(string name)
    {
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        if (_folder is not null)
        {
            var path = Extensions.Select(extension => Path.GetFullPath(Path.Combine(_folder, name + extension)))
                .FirstOrDefault(path => path.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                    && File.Exists(path));
            return path is null ? (null, $"is not in {_place}")
                : new FileInfo(path).Length > MostBytes ? (null, $"has more than {MostBytes >> 20} MiB")
                : (() => File.ReadAllBytes(path), null);
        }

        foreach (var extension in Extensions)
        {
            if (_entries.TryGetValue(name + extension, out var entry))
            {
                return entry is null ? (null, $"stands for several entries of {_place}")
                    : entry.Length > MostBytes ? (null, $"has more than {MostBytes >> 20} MiB")
                    : (() => Read(entry), null);
            }
        }

        return (null, $"is not in {_place}");
    }

    private void Add(ZipArchiveEntry entry)
    {
        var path = entry.FullName;
        _entries[path] = entry;
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var end = path[(slash + 1)..];
            _entries[end] = !_entries.TryGetValue(end, out var known) ? entry : known?.FullName == end ? known : null;
        }
    }

    private byte[] Read(ZipArchiveEntry entry)
    {
        lock (_archive!)
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
