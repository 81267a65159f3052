namespace LibMoE.Runtime.Tests.Evaluation.Reference;

/// <summary>The benchmarks and the model of 260,032 parameters, where a data folder has them; tests without them are skipped.</summary>
internal static class BenchmarkData
{
    public static string Stories260KPath =>
        DataCache.Default().Find("stories260K/stories260K.bin") ?? throw new SkipException("the data folder has no stories260K");

    public static LoadedModel Stories260K() => ModelLoader.Load(Stories260KPath, []);

    /// <summary>The task's items.</summary>
    public static TaskData Read(EvaluationTask task, int? limit = null)
    {
        try
        {
            return ItemReader.Read(task, DataCache.Default(), new() { Limit = limit });
        }
        catch (MissingDataException missing)
        {
            throw new SkipException(missing.Message);
        }
    }
}
