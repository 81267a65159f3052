namespace LibMoE.Runtime.Studies;

/// <summary>Is told how the training of one cell goes, on the training thread.</summary>
internal interface ICellWatcher : IDisposable
{
    /// <summary>Training has come further.</summary>
    void Report(TrainingProgress progress);

    /// <summary>Training and the final validation are done.</summary>
    void Finish(TrainingResult result);
}
