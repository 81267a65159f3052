namespace LibMoE.Runtime;

/// <summary>
/// The folders that data files are looked for in, in order: a folder given, the one that <c>LIBMOE_DATA</c> names or else the user's cache
/// folder, and <c>../shared/data</c> beside a checkout where it is there. Downloads go into the first.
/// </summary>
/// <param name="folders">The folders, best first; at least one.</param>
/// <exception cref="ArgumentException">There is no folder.</exception>
public sealed class DataCache(IReadOnlyList<string> folders)
{
    /// <summary>The folders, best first. They need not exist.</summary>
    public IReadOnlyList<string> Folders { get; } =
        folders.Count > 0 ? folders : throw new ArgumentException("A data cache needs at least one folder.", nameof(folders));

    /// <summary>The folder that downloads are put into.</summary>
    public string Writable => Folders[0];

    /// <summary>The cache of this user and machine.</summary>
    /// <param name="folder">A folder that is looked into before all others; null for none.</param>
    public static DataCache Default(string? folder = null)
    {
        var configured = Environment.GetEnvironmentVariable("LIBMOE_DATA");
        var user = string.IsNullOrEmpty(configured) ? UserFolder() : configured;
        var places = new[] { folder, user, BesideCheckout(AppContext.BaseDirectory), BesideCheckout(Environment.CurrentDirectory) };
        return new DataCache([.. places.OfType<string>().Select(Path.GetFullPath).Distinct()]);
    }

    /// <summary>The full path of a data file; null where no folder has it.</summary>
    /// <param name="name">The path inside a folder, with slashes, such as <c>blimp/BLiMP.zip</c>; a full path is taken as it is.</param>
    /// <exception cref="ArgumentException">The name leads out of the folders.</exception>
    public string? Find(string name) => Path.IsPathFullyQualified(name)
        ? File.Exists(name) ? name : null
        : Folders.Select(folder => PathIn(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The full path of a folder of data files; null where no folder has it.</summary>
    /// <param name="name">The path inside a folder, with slashes; a full path is taken as it is.</param>
    /// <exception cref="ArgumentException">The name leads out of the folders.</exception>
    public string? FindFolder(string name) => Path.IsPathFullyQualified(name)
        ? Directory.Exists(name) ? name : null
        : Folders.Select(folder => PathIn(folder, name)).FirstOrDefault(Directory.Exists);

    /// <summary>Where that file lies, or would lie, in the folder for downloads.</summary>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    public string WritablePath(string name) => PathIn(Writable, name);

    private static string PathIn(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException(
                $"The data file '{name}' lies outside of the data folder; name it relative to the folder, without '..'.");
    }

    private static string UserFolder()
    {
        var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : !string.IsNullOrEmpty(xdg) ? xdg
            : Path.Combine(home, ".cache");
        return Path.Combine(cache, "libmoe");
    }

    /// <summary><c>shared/data</c> next to the checkout that the folder lies in, if both exist.</summary>
    private static string? BesideCheckout(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LibMoE.slnx")))
            {
                var shared = Path.Combine(folder.FullName, "..", "shared", "data");
                return Directory.Exists(shared) ? Path.GetFullPath(shared) : null;
            }
        }

        return null;
    }
}
