namespace LibMoE.Runtime.Studies;

/// <summary>How a program makes its own learner.</summary>
/// <param name="Make">Makes one for a cell.</param>
internal sealed record LearnerMaker(Func<LearnerSetup, Learner> Make);
