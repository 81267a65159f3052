namespace LibMoE.Runtime;

/// <summary>What a name in a folder stands for.</summary>
public enum RunEntryKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link or another kind of reference, whatever it points to.</summary>
    Link,
}

/// <summary>One name in a folder.</summary>
/// <param name="Name">The name, without the folder's path.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Length">The length in bytes of a file; 0 for the others.</param>
public readonly record struct RunEntry(string Name, RunEntryKind Kind, long Length);
