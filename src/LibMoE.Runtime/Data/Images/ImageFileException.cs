namespace LibMoE.Runtime;

/// <summary>Why a file is no image that a model can be shown.</summary>
public enum ImageFault
{
    /// <summary>There is no such file, or it lies outside of the folder of images.</summary>
    Missing,

    /// <summary>The file has no byte.</summary>
    Empty,

    /// <summary>The bytes are of no format that is read: JPEG, PNG, GIF, WebP, BMP.</summary>
    UnknownFormat,

    /// <summary>The header states more pixels than are decoded.</summary>
    TooLarge,

    /// <summary>The bytes end, or break, before the last pixel.</summary>
    Damaged,
}

/// <summary>A file that is no image which a model can be shown. The message is one sentence: which file, and why.</summary>
public sealed class ImageFileException : Exception
{
    /// <summary>States what is wrong with a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">The kind of fault.</param>
    /// <param name="problem">What is wrong and what is allowed, to follow the file's name.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public ImageFileException(string path, ImageFault fault, string problem, Exception? cause = null)
        : base(Common.MessageText.OneLine($"The image {path} {problem}."), cause) => (Path, Fault) = (path, fault);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The kind of fault.</summary>
    public ImageFault Fault { get; }
}
