using ICSharpCode.SharpZipLib.GZip;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Rows.Parquet;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>A file that text is read from, decompressed where its name ends in .gz.</summary>
/// <param name="Path">Where it lies, as the user wrote it.</param>
/// <param name="Name">What its documents are named after.</param>
internal sealed record CorpusFile(string Path, string Name)
{
    private const string GzipExtension = ".gz";

    private bool IsGzip => Path.EndsWith(GzipExtension, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name's extension without .gz, such as <c>.jsonl</c>.</summary>
    public string Extension => System.IO.Path.GetExtension(IsGzip ? Path[..^GzipExtension.Length] : Path);

    /// <summary>Opens it. A stream that is cut short or damaged fails when it is read:
    /// .NET's own would take its end for the file's.</summary>
    /// <exception cref="ConfigurationException">It cannot be opened, is empty, or is no gzip file though its name ends so.</exception>
    public Stream Open()
    {
        try
        {
            var file = File.OpenRead(Path);
            if (file.Length == 0)
            {
                file.Dispose();
                throw Fault(0, "is empty; it takes UTF-8 text");
            }

            return IsGzip ? Decompressed(file) : file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(0, $"cannot be read: {MessageText.Reason(error)}");
        }
    }

    /// <summary>Opens it as a table that is read from its end.</summary>
    /// <exception cref="ConfigurationException">It cannot be opened, is empty, or is compressed once more.</exception>
    public StrictStream OpenTable() => IsGzip
        ? throw Fault(0, "cannot be used: a Parquet file is compressed within itself; decompress the .gz")
        : new StrictStream(Open());

    /// <summary>What is wrong with the file, at a line from 1; 0 where it is the whole file.</summary>
    public ConfigurationException Fault(long line, string problem) =>
        new(MessageText.OneLine($"The corpus file {Path}{(line > 0 ? $", line {line}," : "")} {problem}."));

    private GZipInputStream Decompressed(FileStream file)
    {
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        if (isGzip)
        {
            return new GZipInputStream(file);
        }

        file.Dispose();
        throw Fault(0, "ends in .gz but is not a gzip file");
    }
}
