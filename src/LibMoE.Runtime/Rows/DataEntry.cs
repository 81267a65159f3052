namespace LibMoE.Runtime.Rows;

/// <summary>A file, or a file in an archive, as a stream that is read once.</summary>
/// <param name="Name">How messages name it: <c>archive.zip/entry</c>.</param>
/// <param name="Content">The bytes, decompressed.</param>
internal sealed record DataEntry(string Name, Stream Content);
