namespace LibMoE.Runtime.Files;

/// <summary>Follows the links in a path, those of the folders above among them.</summary>
internal static class RealPath
{
    /// <summary>As many as Linux follows (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    /// <summary>The full path of what a path leads to; what does not exist has no links.</summary>
    /// <exception cref="StorageException">The links lead in a circle.</exception>
    public static string Of(string path)
    {
        var links = 0;
        return Follow(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), ref links);
    }

    private static string Follow(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
        {
            return path;
        }

        parent = Follow(parent, ref links);
        var place = Path.Combine(parent, Path.GetFileName(path));
        if (new FileInfo(place).LinkTarget is not { } target)
        {
            return place;
        }

        return ++links <= MostLinks
            ? Follow(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, parent)), ref links)
            : throw new StorageException(path, StorageCause.Damaged, $"{path} is one of over {MostLinks} links, which lead in a circle");
    }
}
