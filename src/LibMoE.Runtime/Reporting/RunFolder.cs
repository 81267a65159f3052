namespace LibMoE.Runtime;

/// <summary>
/// The folder of one run. Whole files are written beside their place and renamed, so that a reader never sees half of one.
/// </summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>The folder, relative to the working directory where it was given so.</summary>
    public string Path { get; }

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
        Directory.CreateDirectory(path);
        return new RunFolder(path);
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
        Directory.CreateDirectory(cell.Path);
        return cell;
    }

    /// <summary>Writes a whole file.</summary>
    public void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        var half = path + ".tmp";
        try
        {
            File.WriteAllText(half, text + "\n");
            File.Move(half, path, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }

    /// <summary>Opens a file that grows by whole lines.</summary>
    public StreamWriter OpenLines(string name) => new(System.IO.Path.Combine(Path, name)) { NewLine = "\n", AutoFlush = true };

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
