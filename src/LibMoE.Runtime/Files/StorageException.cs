using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>The one exception of everything that reads or writes the files of a run. Its message is one line:
/// which file, and why.</summary>
public class StorageException : Exception
{
    /// <summary>States what went wrong with a file.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="cause">The kind of trouble.</param>
    /// <param name="message">One sentence that names the file and the cause.</param>
    /// <param name="inner">The system's own exception, if there is one.</param>
    public StorageException(string path, StorageCause cause, string message, Exception? inner = null)
        : base(MessageText.OneLine(message), inner)
    {
        Path = path;
        Cause = cause;
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>The kind of trouble.</summary>
    public StorageCause Cause { get; }
}
