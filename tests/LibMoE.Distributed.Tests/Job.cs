using System.Diagnostics;
using System.Globalization;
using LibMoE.Runtime.Testing;

namespace LibMoE.Distributed.Tests;

/// <summary>What starts the ranks of a job, and what carries their calls.</summary>
public enum Engines
{
    /// <summary>A loop that sets torchrun's variables; libtorch's Gloo.</summary>
    Gloo,

    /// <summary>mpirun of Open MPI.</summary>
    OpenMpi,

    /// <summary>mpiexec of MPICH.</summary>
    Mpich,
}

/// <summary>What a job came to.</summary>
/// <param name="ExitCodes">Of the ranks; of the launcher alone where there is one.</param>
/// <param name="Output">Standard output of all.</param>
/// <param name="Errors">Standard error of all.</param>
public sealed record Ended(IReadOnlyList<int> ExitCodes, string Output, string Errors);

/// <summary>Runs a worker of this program on several ranks.</summary>
internal static class Job
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>Why an engine cannot be tested on this machine; null where it can.</summary>
    public static string? WhyNot(Engines engine) => engine switch
    {
        Engines.Gloo => File.Exists(Path.Combine(AppContext.BaseDirectory, "libmoe_c10d.so")) ? null : "the build had no C++ compiler",
        _ => OnPath(Launcher(engine)) is null ? $"{Launcher(engine)} is not installed" : null,
    };

    /// <summary>Runs a job to its end.</summary>
    public static Task<Ended> Run(Engines engine, int ranks, RankOptions? options, params string[] arguments) =>
        Run(engine, ranks, options, ranks, arguments);

    /// <summary>Runs a job of which only the first ranks are started.</summary>
    public static async Task<Ended> Run(Engines engine, int ranks, RankOptions? options, int launched, params string[] arguments)
    {
        options ??= new RankOptions { JoinSeconds = 60, LimitSeconds = 60 };
        var variables = JobOptions.Variables(options with
        {
            Engine = engine == Engines.Gloo ? RankEngine.Gloo : RankEngine.Mpi,
            MpiLibrary = engine switch { Engines.OpenMpi => "libmpi.so.40", Engines.Mpich => "libmpich.so.12", _ => null },
        });
        string[] program = ["dotnet", typeof(Job).Assembly.Location, .. arguments];
        var count = ranks.ToString(CultureInfo.InvariantCulture);
        List<Process> processes;
        if (engine == Engines.Gloo)
        {
            var port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
            processes = [.. Enumerable.Range(0, launched).Select(rank => Start(program, new(variables)
            {
                ["RANK"] = rank.ToString(CultureInfo.InvariantCulture),
                ["WORLD_SIZE"] = count,
                ["LOCAL_RANK"] = rank.ToString(CultureInfo.InvariantCulture),
                ["MASTER_ADDR"] = "127.0.0.1",
                ["MASTER_PORT"] = port,
            }))];
        }
        else
        {
            string[] launcher = engine == Engines.OpenMpi
                ? [Launcher(engine), "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", count]
                : [Launcher(engine), "-n", count];
            processes = [Start([.. launcher, .. program], variables)];
        }

        var outputs = processes.Select(process => process.StandardOutput.ReadToEndAsync()).ToList();
        var errors = processes.Select(process => process.StandardError.ReadToEndAsync()).ToList();
        using var timer = new CancellationTokenSource(Limit);
        try
        {
            await Task.WhenAll(processes.Select(process => process.WaitForExitAsync(timer.Token)));
        }
        finally
        {
            processes.Where(process => !process.HasExited).ToList().ForEach(process => process.Kill(entireProcessTree: true));
        }

        return new Ended(
            [.. processes.Select(process => process.ExitCode)], string.Concat(await Task.WhenAll(outputs)),
            string.Concat(await Task.WhenAll(errors)));
    }

    /// <summary>Holds jobs to an end without errors.</summary>
    public static void AssertDone(params Ended[] jobs) =>
        Assert.All(jobs, job => Assert.All(job.ExitCodes, code => Assert.True(code == 0, job.Errors)));

    private static Process Start(string[] command, Dictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    private static string Launcher(Engines engine) => engine == Engines.OpenMpi ? "mpirun.openmpi" : "mpiexec.hydra";

    private static string? OnPath(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
