namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>One layout with what it costs.</summary>
/// <param name="Layout">Where everything is.</param>
/// <param name="Times">Where the time goes.</param>
/// <param name="Memory">What a rank needs.</param>
/// <param name="Alone">The seconds that one card takes for the same tokens as each of them.</param>
/// <param name="Fits">Whether a card has the memory.</param>
internal sealed record PlannedStep(StepLayout Layout, StepTimes Times, RankMemory Memory, double Alone, bool Fits)
{
    /// <summary>Work done per card over that of one card alone, at some time of a step.</summary>
    public double Efficiency(double seconds) => Alone / seconds;
}
