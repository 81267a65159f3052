using System.Text;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Studies;

/// <summary>
/// A folder of results. Whole files are written beside their place and renamed, so that a reader never sees half of one.
/// </summary>
/// <param name="path">Relative to the working directory where it was given so.</param>
internal abstract class ResultFolder(string path)
{
    /// <summary>The folder, relative to the working directory where it was given so.</summary>
    public string Path { get; } = path;

    /// <summary>Where a file or folder in it lies.</summary>
    /// <param name="name">Its path inside the folder, with slashes.</param>
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
            // A full disk is reported anyway.
        }
    }

    /// <summary>Opens a file that grows by whole lines.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kept">The lines that it begins with.</param>
    public LineFile OpenLines(string name, IEnumerable<string>? kept = null) =>
        new(DiskFiles.Instance, PathOf(name), kept ?? []);
}
