namespace LibMoE.Runtime.Tests;

/// <summary>The dense model of 260,032 parameters, where a data folder has it.</summary>
internal static class Stories260K
{
    public static string Path => DataCache.Default().Find("stories260K/stories260K.bin") ?? throw new SkipException("the data folder has no stories260K");

    public static LoadedModel Load() => ModelLoader.Load(Path, []);

    /// <summary>The task's data, or a skipped test.</summary>
    public static TaskData Read(EvaluationTask task, int limit)
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
