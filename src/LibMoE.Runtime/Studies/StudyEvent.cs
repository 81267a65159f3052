namespace LibMoE.Runtime.Studies;

/// <summary>What happens in a study, in order: the training thread writes, one display reads.</summary>
/// <param name="Cell">Where it happened.</param>
internal abstract record StudyEvent(StudyCell Cell);

/// <summary>A run began.</summary>
internal sealed record CellStarted(StudyCell Cell) : StudyEvent(Cell);

/// <summary>A run reported how it stands.</summary>
internal sealed record CellAdvanced(StudyCell Cell, TrainingProgress Progress) : StudyEvent(Cell);

/// <summary>A run's evaluation after its training reported how it stands.</summary>
internal sealed record CellEvaluated(StudyCell Cell, EvaluationProgress Progress) : StudyEvent(Cell);

/// <summary>A run ended well.</summary>
internal sealed record CellFinished(StudyCell Cell, TrainingResult Result) : StudyEvent(Cell);

/// <summary>A run ended badly; the others go on.</summary>
internal sealed record CellFailed(StudyCell Cell, string Reason) : StudyEvent(Cell);

/// <summary>A run had been finished before, with the same settings.</summary>
internal sealed record CellSkipped(StudyCell Cell, TrainingResult Result) : StudyEvent(Cell);
