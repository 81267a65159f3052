namespace LibMoE.Runtime;

/// <summary>A model's loss on the held-out part of one domain.</summary>
/// <param name="Name">The domain.</param>
/// <param name="Weight">Its share of the training sequences.</param>
/// <param name="Loss">Nats per token, the mean over its sequences.</param>
/// <param name="StdErr">Standard error of the loss over the sequences.</param>
/// <param name="PerplexityPerByte">exp(loss / bytes per token of the held-out part).</param>
public sealed record DomainLoss(string Name, double Weight, double Loss, double StdErr, double PerplexityPerByte);
