using System.Text;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Studies;

/// <summary>
/// The folder of one run. Whole files are written beside their place and renamed, so that a reader never sees half of one.
/// </summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>The folder, relative to the working directory where it was given so.</summary>
    public string Path { get; }

    /// <summary>A folder that is there.</summary>
    /// <param name="path">Its path.</param>
    public static RunFolder At(string path) => new(path);

    /// <summary>Makes the folder of a run that is not there yet.</summary>
    /// <param name="options">Where, and the name if the user chose one.</param>
    /// <param name="defaultName">The name if the user chose none; -2, -3, … follows where it is taken.</param>
    /// <exception cref="ConfigurationException">The chosen name is taken.</exception>
    public static RunFolder Create(RunOptions options, string defaultName)
    {
        RefuseTaken(options);
        var path = options.Name.Length > 0
            ? System.IO.Path.Combine(options.Folder, options.Name)
            : NextFree(System.IO.Path.Combine(options.Folder, defaultName));
        DiskFiles.Instance.CreateFolders(path);
        return new RunFolder(path);
    }

    /// <summary>Finds the folder of a run to go on with.</summary>
    /// <param name="options">Where, and the name if the user chose one.</param>
    /// <param name="defaultName">The name if the user chose none; of several with -2, -3, …, the newest.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public static RunFolder Find(RunOptions options, string defaultName)
    {
        var path = options.Name.Length > 0
            ? System.IO.Path.Combine(options.Folder, options.Name)
            : LastTaken(System.IO.Path.Combine(options.Folder, defaultName));
        return Directory.Exists(path)
            ? new RunFolder(path)
            : throw new ConfigurationException($"Run:Resume finds no run to continue: {path} does not exist; name one by --name.");
    }

    /// <summary>Opens the folder of the run that the user names.</summary>
    /// <param name="options">Where, and the name.</param>
    /// <param name="create">Whether to make the folder where there is none.</param>
    /// <exception cref="ConfigurationException">No name is given, or there is no such folder.</exception>
    public static RunFolder Open(RunOptions options, bool create = false)
    {
        if (options.Name.Length == 0)
        {
            throw new ConfigurationException("Run:Name is not set; it must name the run, as runs under --runs are named.");
        }

        var folder = new RunFolder(System.IO.Path.Combine(options.Folder, options.Name));
        if (!create && !Directory.Exists(folder.Path))
        {
            throw new ConfigurationException($"Run:Name is '{options.Name}', but there is no {folder.Path}; name a run that was begun.");
        }

        DiskFiles.Instance.CreateFolders(folder.Path);
        return folder;
    }

    /// <summary>Refuses a chosen name that is taken; ask before anything expensive starts.</summary>
    /// <exception cref="ConfigurationException">The chosen name is taken.</exception>
    public static void RefuseTaken(RunOptions options)
    {
        var path = System.IO.Path.Combine(options.Folder, options.Name);
        if (options.Name.Length > 0 && System.IO.Path.Exists(path))
        {
            throw new ConfigurationException($"Run:Name is '{options.Name}', but {path} exists already; choose another name or delete it.");
        }
    }

    /// <summary>The folder of one variant and seed, made on first use.</summary>
    public RunFolder Cell(string variant, long seed)
    {
        var cell = new RunFolder(System.IO.Path.Combine(Path, variant, FormattableString.Invariant($"seed-{seed}")));
        DiskFiles.Instance.CreateFolders(cell.Path);
        return cell;
    }

    /// <summary>Refuses to go on with a variant and seed that the run was not begun with.</summary>
    /// <exception cref="ConfigurationException">The run has other cells only; the message names them.</exception>
    public void RefuseOtherCell(string variant, long seed)
    {
        var begun = Directory.EnumerateDirectories(Path)
            .SelectMany(folder => Directory.EnumerateFiles(
                folder, CellFiles.Config, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }))
            .Select(config => System.IO.Path.GetRelativePath(Path, System.IO.Path.GetDirectoryName(config)!))
            .Order(StringComparer.Ordinal)
            .ToList();
        var wanted = System.IO.Path.Combine(variant, FormattableString.Invariant($"seed-{seed}"));
        if (begun.Count > 0 && !begun.Contains(wanted))
        {
            throw new ConfigurationException(
                $"Study:Variants and Training:Seed name {wanted}, but {Path} was begun with {string.Join(", ", begun)}; name one of "
                    + "these, or another Run:Name.");
        }
    }

    /// <summary>The folder of a cell, made on first use.</summary>
    public RunFolder Cell(StudyCell cell)
    {
        var folder = new RunFolder(PathOf(cell.Folder));
        DiskFiles.Instance.CreateFolders(folder.Path);
        return folder;
    }

    /// <summary>Where a file or folder of the run lies.</summary>
    /// <param name="name">Its path inside the run folder, with slashes.</param>
    public string PathOf(string name) => System.IO.Path.Combine([Path, .. name.Split('/')]);

    /// <summary>A whole file's text; null where there is no such file.</summary>
    /// <param name="name">Its path inside the folder, with slashes.</param>
    public string? Read(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : null;

    /// <summary>Deletes a file; nothing happens where there is none.</summary>
    public void Delete(string name)
    {
        if (DiskFiles.Instance.Find(PathOf(name)) is not null)
        {
            DiskFiles.Instance.DeleteFile(PathOf(name));
        }
    }

    /// <summary>Where a cell's training keeps what must outlive it.</summary>
    public TrainingStorage Storage => new(DiskFiles.Instance, Path);

    /// <summary>Writes a whole file.</summary>
    public void Write(string name, string text) =>
        DiskFiles.Instance.WriteAtomically(PathOf(name), Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>Writes a whole file that several processes may write at once: one of their texts stays.</summary>
    public void WriteShared(string name, string text)
    {
        var own = FormattableString.Invariant($"{name}.{Environment.ProcessId}");
        Write(own, text);
        DiskFiles.Instance.Rename(PathOf(own), PathOf(name));
        DiskFiles.Instance.SyncFolder(Path);
    }

    /// <summary>Writes a whole file where the disk takes it: for what is said elsewhere as well.</summary>
    public void WriteIfPossible(string name, string text)
    {
        try
        {
            Write(name, text);
        }
        catch (StorageException)
        {
            // The user hears of a full disk anyway.
        }
    }

    /// <summary>Opens a file that grows by whole lines.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kept">The lines that it begins with.</param>
    public LineFile OpenLines(string name, IEnumerable<string>? kept = null) =>
        new(DiskFiles.Instance, PathOf(name), kept ?? []);

    private static string LastTaken(string path)
    {
        var last = path;
        for (var number = 2; System.IO.Path.Exists(FormattableString.Invariant($"{path}-{number}")); number++)
        {
            last = FormattableString.Invariant($"{path}-{number}");
        }

        return last;
    }

    private static string NextFree(string path)
    {
        for (var number = 1; ; number++)
        {
            var candidate = number == 1 ? path : FormattableString.Invariant($"{path}-{number}");
            if (!System.IO.Path.Exists(candidate))
            {
                return candidate;
            }
        }
    }
}
