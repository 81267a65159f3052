namespace LibMoE.Runtime;

/// <summary>Trains one model on one corpus.</summary>
public static class Trainer
{
    /// <summary>Trains the model and measures it on the held-out part.</summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="corpus">The text; its tokens must be below the model's vocabulary.</param>
    /// <param name="config">How to train.</param>
    /// <param name="progress">Told every <see cref="TrainingConfig.LogEvery"/> steps, and after the last one.</param>
    /// <param name="cancellation">Ends the run after the step that it is in.</param>
    /// <exception cref="ConfigurationException">The configuration has problems, or the corpus is smaller than one batch.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; its step is finished.</exception>
    public static TrainingResult Train(
        LanguageModel model, Corpus corpus, TrainingConfig config, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();
}
