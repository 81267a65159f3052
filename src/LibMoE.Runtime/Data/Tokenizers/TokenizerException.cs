namespace LibMoE.Runtime;

/// <summary>A vocabulary that cannot be used. The message is one sentence that names the file and what is wrong with it.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong, and what is allowed.</param>
/// <param name="cause">The exception behind it, if any.</param>
public sealed class TokenizerException(string path, string problem, Exception? cause = null)
    : StorageException(path, StorageCause.Damaged, $"{path}: {problem}.", cause);
