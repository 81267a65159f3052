namespace LibMoE.Runtime;

/// <summary>Training cannot go on. The message is one line that says what happened, at which step, and what may help.</summary>
/// <param name="message">What happened.</param>
public sealed class TrainingFailedException(string message) : Exception(message);
