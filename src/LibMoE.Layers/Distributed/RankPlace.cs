using System.Globalization;

namespace LibMoE.Runtime;

/// <summary>Which of how many processes this one is, as its launcher said through environment variables.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Size">R, at least 1.</param>
/// <param name="LocalRank">Which of its machine's processes it is, from 0.</param>
/// <param name="LocalSize">How many processes its machine has.</param>
/// <param name="Address">Where rank 0 is reached.</param>
/// <param name="Port">The port there.</param>
/// <param name="Launcher">Whose variables said so, in words.</param>
public sealed record RankPlace(int Rank, int Size, int LocalRank, int LocalSize, string Address, int Port, string Launcher)
{
    /// <summary>The address where the launcher names none.</summary>
    public const string Loopback = "127.0.0.1";

    /// <summary>The port where neither the launcher nor a job number says another.</summary>
    public const int DefaultPort = 29500;

    private const int FirstJobPort = 20000;
    private const int JobPorts = 10000;

    /// <summary>The launchers and their variables, the first that is there.</summary>
    private static readonly Launch[] Launches =
    [
        new("torchrun's variables", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"),
        new("mpirun of Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
            "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"),

        // A batch script has a rank of 0 as well; only srun's own steps have a number of tasks.
        new("srun", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"),
        new("mpiexec of MPICH", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"),
    ];

    /// <summary>The place that this process's environment gives it; null where no launcher started it, or it is alone.</summary>
    /// <exception cref="RankFailureException">The variables contradict each other.</exception>
    public static RankPlace? Current => Read(Environment.GetEnvironmentVariable);

    /// <summary>The place that some environment gives.</summary>
    /// <param name="variable">The value of a variable; null where it is not set.</param>
    /// <returns>Null where no launcher has set its variables, or there is one process.</returns>
    /// <exception cref="RankFailureException">The variables contradict each other.</exception>
    public static RankPlace? Read(Func<string, string?> variable)
    {
        if (Launches.FirstOrDefault(IsSet) is not { } launch)
        {
            return null;
        }

        var (rank, size) = (Number(variable, launch.Rank), Number(variable, launch.Size));
        if (size < 1 || rank < 0 || rank >= size)
        {
            throw new RankFailureException(
                $"{launch.Rank} is {rank} and {launch.Size} is {size}: a rank is from 0 to below the number of ranks.");
        }

        if (size == 1)
        {
            return null;
        }

        return new RankPlace(
            rank, size, NumberOr(variable, launch.LocalRank, rank), NumberOr(variable, launch.LocalSize, size),
            AddressOf(variable, launch, size), PortOf(variable), launch.Name);

        bool IsSet(Launch row) => variable(row.Rank) is { Length: > 0 } && variable(row.Size) is { Length: > 0 };
    }

    /// <summary>Where processes are on more than one machine, somebody has to say where rank 0 is.</summary>
    private static string AddressOf(Func<string, string?> variable, Launch launch, int size)
    {
        if (variable("MASTER_ADDR") is { Length: > 0 } address)
        {
            return address;
        }

        return NumberOr(variable, launch.LocalSize, size) < size
            ? throw new RankFailureException(
                $"{launch.Name} started {size} ranks on several machines; set MASTER_ADDR to the name of the one that runs rank 0.")
            : Loopback;
    }

    private static int PortOf(Func<string, string?> variable) => variable("MASTER_PORT") is { Length: > 0 }
        ? Number(variable, "MASTER_PORT")
        : NumberOr(variable, "SLURM_JOB_ID", -1) is >= 0 and var job ? FirstJobPort + job % JobPorts : DefaultPort;

    private static int Number(Func<string, string?> variable, string name) =>
        int.TryParse(variable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RankFailureException($"{name} is \"{variable(name)}\"; it must be a whole number.");

    private static int NumberOr(Func<string, string?> variable, string name, int otherwise) =>
        int.TryParse(variable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>What a launcher calls the four numbers.</summary>
    private sealed record Launch(string Name, string Rank, string Size, string LocalRank, string LocalSize);
}
