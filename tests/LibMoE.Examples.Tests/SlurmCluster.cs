using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LibMoE.Examples.Tests;

/// <summary>A Slurm of one node with two processors, on the loopback interface, with keys and folders of its own.</summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "scancel", "squeue"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-slurm-");
    private readonly List<Process> _daemons = [];

    private SlurmCluster()
    {
    }

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? WhyNot =>
        !OperatingSystem.IsLinux() || Environment.UserName != "root" ? "Slurm's daemons are started as root of a Linux machine"
        : Programs.FirstOrDefault(program => Find(program) is null) is { } missing ? $"{missing} is not installed (Debian: slurm-wlm)"
        : null;

    /// <summary>Starts one, and waits until its node takes jobs.</summary>
    /// <exception cref="TimeoutException">It does not; the message has what the daemons wrote.</exception>
    public static async Task<SlurmCluster> StartAsync()
    {
        var cluster = new SlurmCluster();
        try
        {
            cluster.Configure();
            cluster.Launch(
                "munged", "--foreground", "--force", $"--key-file={cluster.PathOf("key")}", $"--socket={cluster.PathOf("socket")}",
                $"--pid-file={cluster.PathOf("munged.pid")}", $"--log-file={cluster.PathOf("munged.log")}",
                $"--seed-file={cluster.PathOf("munged.seed")}");
            await Until("munged listens", () => Task.FromResult(File.Exists(cluster.PathOf("socket"))), cluster.Logs);
            cluster.Launch("slurmctld", "-D");
            cluster.Launch("slurmd", "-D");
            await Until(
                "the node is idle", async () => (await cluster.Run("sinfo", "-h", "-o", "%T")).Output.Trim() == "idle", cluster.Logs);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Runs one of Slurm's commands to its end.</summary>
    public async Task<(int ExitCode, string Output)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = PathOf("slurm.conf");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Submits a batch script in a folder; the number of the job.</summary>
    public async Task<string> Submit(string folder, string script)
    {
        var path = Path.Combine(folder, "job.sh");
        File.WriteAllText(path, script);
        var (code, output) = await Run(
            "sbatch", "--parsable", $"--chdir={folder}", $"--output={Path.Combine(folder, "slurm-%a.txt")}", path);
        return code == 0 ? output.Trim() : throw new InvalidOperationException(output);
    }

    /// <summary>Waits until no job is queued or runs.</summary>
    public Task WhenIdle(Func<string> more) => Until(
        "all jobs have ended", async () => (await Run("squeue", "-h")).Output.Trim().Length == 0, () => Logs() + more());

    /// <summary>Waits for something, five minutes at most.</summary>
    public static async Task Until(string what, Func<Task<bool>> isSo, Func<string> logs)
    {
        for (var clock = Stopwatch.StartNew(); !await isSo(); await Task.Delay(200))
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(5))
            {
                throw new TimeoutException($"{what}: not within five minutes.\n{logs()}");
            }
        }
    }

    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited)
            {
                daemon.Kill(entireProcessTree: true);
                daemon.WaitForExit();
            }

            daemon.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static string? Find(string program) =>
        new[] { "/usr/bin", "/usr/sbin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string Logs() => string.Join('\n', Directory.GetFiles(_folder.FullName, "*.log").Select(log =>
        $"{Path.GetFileName(log)}:\n{string.Join('\n', File.ReadLines(log).TakeLast(20))}"));

    private void Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = PathOf("slurm.conf");
        var daemon = Process.Start(start)!;
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        _daemons.Add(daemon);
    }

    private void Configure()
    {
        File.WriteAllBytes(PathOf("key"), RandomNumberGenerator.GetBytes(128));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOf("key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Directory.CreateDirectory(PathOf("state"));
        Directory.CreateDirectory(PathOf("spool"));
        var host = Dns.GetHostName().Split('.')[0];
        File.WriteAllText(PathOf("slurm.conf"), $"""
            ClusterName=libmoe
            SlurmctldHost={host}(127.0.0.1)
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={PathOf("socket")}
            CredType=cred/munge
            CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            StateSaveLocation={PathOf("state")}
            SlurmdSpoolDir={PathOf("spool")}
            SlurmctldPidFile={PathOf("slurmctld.pid")}
            SlurmdPidFile={PathOf("slurmd.pid")}
            SlurmctldLogFile={PathOf("slurmctld.log")}
            SlurmdLogFile={PathOf("slurmd.log")}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            MpiDefault=none
            ReturnToService=2
            SchedulerParameters=sched_interval=1,batch_sched_delay=0
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP

            """);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
