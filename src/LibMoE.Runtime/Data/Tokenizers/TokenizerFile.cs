namespace LibMoE.Runtime;

/// <summary>A vocabulary file, whole.</summary>
/// <param name="Name">Its name without a folder, such as <c>vocab.json</c>.</param>
/// <param name="Bytes">What is in it.</param>
public sealed record TokenizerFile(string Name, ReadOnlyMemory<byte> Bytes);
