namespace LibMoE.Runtime;

/// <summary>By which figure the best step of a run is chosen; of each, lower is better.</summary>
public enum StoppingMetric
{
    /// <summary>The loss on the held-out sequences, in nats per token.</summary>
    ValidationLoss,

    /// <summary>The mean task loss of the training steps since the last measurement.</summary>
    TrainLoss,

    /// <summary>The mean over the MoE blocks of the coefficient of variation of picks per expert on the held-out sequences; infinite
    /// without counts.</summary>
    ValidationLoadCv,
}
