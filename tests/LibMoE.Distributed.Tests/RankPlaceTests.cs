namespace LibMoE.Distributed.Tests;

/// <summary>What launchers say through the environment.</summary>
public sealed class RankPlaceTests
{
    [Fact]
    public void Torchruns_variables_give_rank_size_and_address()
    {
        var place = Read(("RANK", "3"), ("WORLD_SIZE", "4"), ("LOCAL_RANK", "1"), ("LOCAL_WORLD_SIZE", "2"), ("MASTER_ADDR", "node-0"),
            ("MASTER_PORT", "4711"));

        Assert.Equal(new RankPlace(3, 4, 1, 2, "node-0", 4711, "torchrun's variables"), place);
    }

    [Fact]
    public void Sruns_port_follows_from_the_job_so_that_two_jobs_of_a_machine_do_not_meet()
    {
        var place = Read(("SLURM_PROCID", "1"), ("SLURM_STEP_NUM_TASKS", "2"), ("SLURM_LOCALID", "1"), ("SLURM_JOB_ID", "123456"));

        Assert.Equal(new RankPlace(1, 2, 1, 2, "127.0.0.1", 23456, "srun"), place);
    }

    [Fact]
    public void A_batch_script_of_slurm_is_no_rank() =>
        Assert.Null(Read(("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4"), ("SLURM_JOB_ID", "7")));

    [Fact]
    public void One_process_is_no_rank() => Assert.Null(Read(("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "1")));

    [Theory]
    [InlineData("RANK is 2 and WORLD_SIZE is 2: a rank is from 0 to below the number of ranks.", "RANK", "2", "WORLD_SIZE", "2")]
    [InlineData("RANK is \"one\"; it must be a whole number.", "RANK", "one", "WORLD_SIZE", "2")]
    [InlineData("mpirun of Open MPI started 4 ranks on several machines; set MASTER_ADDR to the name of the one that runs rank 0.",
        "OMPI_COMM_WORLD_RANK", "0", "OMPI_COMM_WORLD_SIZE", "4", "OMPI_COMM_WORLD_LOCAL_SIZE", "2")]
    public void Variables_that_contradict_each_other_are_refused(string message, params string[] variables)
    {
        var refused = Assert.Throws<RankFailureException>(() => Read([.. variables.Chunk(2).Select(pair => (pair[0], pair[1]))]));

        Assert.Equal(message, refused.Message);
    }

    private static RankPlace? Read(params (string Name, string Value)[] variables) =>
        RankPlace.Read(name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());
}
