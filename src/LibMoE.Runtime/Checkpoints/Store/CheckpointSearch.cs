namespace LibMoE.Runtime;

/// <summary>What a search for the newest good checkpoint found.</summary>
/// <param name="Newest">The newest whose files all verify; null where there is none.</param>
/// <param name="Damaged">Newer ones that do not, newest first: one line each that names the file and what is wrong with it.</param>
public sealed record CheckpointSearch(Checkpoint? Newest, IReadOnlyList<string> Damaged);
