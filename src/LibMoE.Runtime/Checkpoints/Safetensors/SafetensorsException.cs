namespace LibMoE.Runtime;

/// <summary>A safetensors file, or an index of several, breaks a rule of the format. The message names the rule.</summary>
public sealed class SafetensorsException : StorageException
{
    /// <summary>States which rule a file breaks, and how.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="detail">What was found, and what is allowed.</param>
    /// <param name="inner">The parser's own exception, if there is one.</param>
    public SafetensorsException(string path, SafetensorsRule rule, string detail, Exception? inner = null)
        : base(path, StorageCause.Damaged, $"{path} is not a valid safetensors file, by rule {(int)rule} ({rule}): {detail}", inner)
    {
        Rule = rule;
    }

    /// <summary>The rule.</summary>
    public SafetensorsRule Rule { get; }
}
