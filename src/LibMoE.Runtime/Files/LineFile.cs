using System.Text;

namespace LibMoE.Runtime.Files;

/// <summary>A text file that grows by whole lines; a reader sees each as soon as it is written.</summary>
internal sealed class LineFile : IDisposable
{
    private readonly IRunFile _file;
    private long _length;

    /// <summary>Rewrites the file.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The file.</param>
    /// <param name="kept">The lines that it begins with: an observer sees the old file or one with all of them.</param>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public LineFile(IRunFiles files, string path, IEnumerable<string> kept)
    {
        _length = files.WriteAtomically(path, Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n")))).Bytes;
        _file = files.OpenWrite(path);
    }

    /// <summary>Appends a line.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void WriteLine(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        _file.Write(_length, bytes);
        _length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
