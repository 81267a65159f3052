namespace LibMoE.Runtime;

/// <summary>A file as it was written.</summary>
/// <param name="Name">The name, without the folder's path.</param>
/// <param name="Bytes">The length in bytes.</param>
/// <param name="Sha256">The SHA-256 of the bytes, 64 lower-case hexadecimal digits.</param>
public sealed record WrittenFile(string Name, long Bytes, string Sha256);
