namespace LibMoE.Runtime.Distributed.Mpi;

/// <summary>Makes ranks of the processes that an MPI launcher started.</summary>
internal static class MpiGroup
{
    /// <summary>Joins the other ranks.</summary>
    /// <exception cref="RankFailureException">There is no MPI library, or it is another one than the launcher's.</exception>
    public static Ranks Join(RankPlace place, RankOptions options)
    {
        try
        {
            var mpi = MpiLibrary.Start(options.MpiLibrary);
            var (rank, size, name) = mpi.Describe();

            // A library of another family than the launcher's gives every process a world of its own.
            return size == place.Size && rank == place.Rank
                ? new MpiRanks(mpi, rank, size, name, options.Check)
                : throw new RankFailureException(
                    $"{place.Launcher} made this rank {place.Rank} of {place.Size}, but {name} says that it is {rank} of {size}: the "
                    + "launcher and the MPI library do not belong together; set Ranks:MpiLibrary, or use the launcher of that library.");
        }
        catch (MpiException failure)
        {
            throw new RankFailureException($"MPI does not start on rank {place.Rank} of {place.Size}: {failure.Message}.", failure);
        }
    }
}
