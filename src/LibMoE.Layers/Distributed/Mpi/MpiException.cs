namespace LibMoE.Runtime.Distributed.Mpi;

/// <summary>An MPI call failed.</summary>
internal sealed class MpiException(string message) : Exception(message);
