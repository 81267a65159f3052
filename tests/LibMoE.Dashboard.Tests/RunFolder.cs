using LibMoE.Runtime.Tests.Reporting.Report;

namespace LibMoE.Dashboard.Tests;

/// <summary>A folder of runs, each with chosen content.</summary>
internal sealed class RunFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("libmoe-runs-").FullName;

    /// <summary>A study of the folder; what is done to it later is done where it was made, so it is moved here at once.</summary>
    public string Add(string name, Action<SampleStudy> fill)
    {
        using var made = new SampleStudy();
        fill(made);
        var target = System.IO.Path.Combine(Path, name);
        Copy(made.Path, target);
        return target;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            Copy(folder, System.IO.Path.Combine(to, System.IO.Path.GetFileName(folder)));
        }
    }
}
