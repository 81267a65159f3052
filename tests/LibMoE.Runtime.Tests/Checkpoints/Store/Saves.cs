using System.Globalization;
using System.Text;
using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>Small checkpoints whose content says which step they are of.</summary>
internal static class Saves
{
    public const string Folder = "/run/checkpoints";

    public static void Save(IRunFiles files, long step, string folder = Folder) => new CheckpointStore(files, folder).Save(step, write =>
    {
        write.Write("a.txt", writer => writer.Write(Encoding.ASCII.GetBytes(Content(step))));
        write.Write("b.txt", writer => writer.Write(Encoding.ASCII.GetBytes(Content(-step))));
    });

    public static CheckpointSearch Search(IRunFiles files, string folder = Folder) => new CheckpointStore(files, folder).Newest();

    /// <summary>Whether the newest good checkpoint's bytes are those that were saved for its step.</summary>
    public static bool IsTrue(IRunFiles files, Checkpoint checkpoint) =>
        Encoding.ASCII.GetString(files.ReadAll($"{checkpoint.Path}/a.txt")) == Content(checkpoint.Step)
        && Encoding.ASCII.GetString(files.ReadAll($"{checkpoint.Path}/b.txt")) == Content(-checkpoint.Step);

    public static ModelDisk Disk()
    {
        var disk = new ModelDisk();
        disk.CreateFolder("/run");
        disk.SyncFolder("/");
        return disk;
    }

    private static string Content(long number) => string.Create(CultureInfo.InvariantCulture, $"state of step {number}");
}
