namespace LibMoE.Fuzz.Targets;

/// <summary>A folder of this thread for the files that readers open by name; in memory where the system has such a place.</summary>
internal static class Scratch
{
    private static readonly ThreadLocal<string> Folder = new(() =>
    {
        var memory = "/dev/shm";
        var folder = Directory.Exists(memory)
            ? Directory.CreateDirectory(Path.Combine(memory, Path.GetRandomFileName()))
            : Directory.CreateTempSubdirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return folder.FullName;
    });

    /// <summary>Writes a file and says where it is.</summary>
    public static string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder.Value!, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
