namespace LibMoE.Runtime.Hosting;

/// <summary>The program's error stream, for what is no part of a verb's result.</summary>
/// <param name="Writer">Where it is written.</param>
internal sealed record ErrorOutput(TextWriter Writer);
