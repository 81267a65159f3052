namespace LibMoE.Runtime.Studies;

/// <summary>Watches the training of one cell, on the training thread.</summary>
internal interface ICellWatcher : IDisposable
{
    /// <summary>Training has come further.</summary>
    void Report(TrainingProgress progress);

    /// <summary>Training and the final validation are done.</summary>
    void Finish(TrainingResult result);

    /// <summary>Training ended without a result.</summary>
    /// <param name="reason">What it died of; null where the user stopped it.</param>
    void Break(Exception? reason)
    {
    }
}
