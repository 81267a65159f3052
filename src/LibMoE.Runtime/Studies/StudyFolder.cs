namespace LibMoE.Runtime.Studies;

/// <summary>The folder of a study, which its cells' folders lie in. A single training is a study of one cell.</summary>
internal sealed class StudyFolder : ResultFolder
{
    private StudyFolder(string path)
        : base(path)
    {
    }

    /// <summary>A folder that is there.</summary>
    /// <param name="path">Its path.</param>
    public static StudyFolder At(string path) => new(path);

    /// <summary>Makes the folder of a run that is not there yet.</summary>
    /// <param name="options">Where, and the name if the user chose one.</param>
    /// <param name="defaultName">The name if the user chose none; -2, -3, … follows where it is taken.</param>
    /// <exception cref="ConfigurationException">The chosen name is taken.</exception>
    public static StudyFolder Create(RunOptions options, string defaultName)
    {
        RefuseTaken(options);
        var path = options.Name.Length > 0
            ? System.IO.Path.Combine(options.Folder, options.Name)
            : NextFree(System.IO.Path.Combine(options.Folder, defaultName));
        DiskFiles.Instance.CreateFolders(path);
        return new StudyFolder(path);
    }

    /// <summary>Finds the folder of a run to continue.</summary>
    /// <param name="options">Where, and the name if the user chose one.</param>
    /// <param name="defaultName">The name if the user chose none; of several with -2, -3, …, the newest.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public static StudyFolder Find(RunOptions options, string defaultName)
    {
        return Known(options, defaultName) ?? throw new ConfigurationException(
            $"Run:Resume finds no run to continue: {Wanted(options, defaultName)} does not exist; name one by --name.");
    }

    /// <summary>The folder of a run where it is there; null where not.</summary>
    /// <param name="options">Where, and the name if the user chose one.</param>
    /// <param name="defaultName">The name if the user chose none; of several with -2, -3, …, the newest.</param>
    public static StudyFolder? Known(RunOptions options, string defaultName)
    {
        var path = Wanted(options, defaultName);
        return Directory.Exists(path) ? new StudyFolder(path) : null;
    }

    /// <summary>Opens the folder of the run that the user names.</summary>
    /// <param name="options">Where, and the name.</param>
    /// <param name="create">Whether to make the folder where there is none.</param>
    /// <exception cref="ConfigurationException">No name is given, or there is no such folder.</exception>
    public static StudyFolder Open(RunOptions options, bool create = false)
    {
        if (options.Name.Length == 0)
        {
            throw new ConfigurationException("Run:Name is not set; it must name the run, as runs under --runs are named.");
        }

        var folder = new StudyFolder(System.IO.Path.Combine(options.Folder, options.Name));
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
    public CellFolder Cell(string variant, long seed) =>
        CellFolder.Make(System.IO.Path.Combine(Path, variant, FormattableString.Invariant($"seed-{seed}")));

    /// <summary>Refuses to continue with a variant and seed that the run was not begun with.</summary>
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
    public CellFolder Cell(StudyCell cell) => CellFolder.Make(PathOf(cell.Folder));

    private static string Wanted(RunOptions options, string defaultName) => options.Name.Length > 0
        ? System.IO.Path.Combine(options.Folder, options.Name)
        : LastTaken(System.IO.Path.Combine(options.Folder, defaultName));

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
