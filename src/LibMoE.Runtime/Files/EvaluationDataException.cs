namespace LibMoE.Runtime;

/// <summary>Evaluation data that cannot be read. The message is one sentence that starts with file and line.</summary>
public sealed class EvaluationDataException : Exception
{
    /// <summary>A fault at one line of a file.</summary>
    /// <param name="file">The file; an archive's entry is written <c>archive.zip/entry</c>.</param>
    /// <param name="line">The line, or the row of a table, from 1; 0 where the fault is the whole file's.</param>
    /// <param name="problem">What is wrong and what is allowed.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public EvaluationDataException(string file, long line, string problem, Exception? cause = null)
        : base($"{file}{(line > 0 ? $", line {line}" : "")}: {problem.TrimEnd('.')}.", cause) => (File, Line, Problem) =
            (file, line, problem);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line, from 1; 0 where the fault is the whole file's.</summary>
    public long Line { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }
}
