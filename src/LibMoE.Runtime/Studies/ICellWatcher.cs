namespace LibMoE.Runtime.Studies;

/// <summary>Watches the training of one cell, on the training thread.</summary>
internal interface ICellWatcher : IDisposable
{
    /// <summary>Training has come further.</summary>
    void Report(TrainingProgress progress);

    /// <summary>Training and the final validation are done.</summary>
    void Finish(TrainingResult result);
}
