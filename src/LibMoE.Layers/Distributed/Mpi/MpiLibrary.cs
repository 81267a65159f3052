using System.Runtime.InteropServices;
using System.Text;

namespace LibMoE.Runtime.Distributed.Mpi;

/// <summary>
/// An MPI library through its C interface. There are two binary interfaces: Open MPI's, whose handles are addresses of exported objects,
/// and that of MPICH and its relatives, whose handles are numbers.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Any thread calls MPI, one at a time.</summary>
    private const int Serialized = 2;
    private const int TextBytes = 8192;
    private const int LazyAndGlobal = 0x101;

    private readonly nint _library;
    private readonly bool _isOpenMpi;
    private readonly nint _world;
    private readonly nint _inPlace;
    private readonly nint _noStatus;
    private readonly delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int> _beginSum;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, int> _broadcast;
    private readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> _exchange;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> _gather;
    private readonly delegate* unmanaged<nint*, nint, int> _wait;

    private MpiLibrary(nint library, nint? part = null)
    {
        _library = library;
        _isOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out var world);
        _world = part ?? (_isOpenMpi ? world : 0x44000000);
        (_inPlace, _noStatus) = _isOpenMpi ? (1, 0) : (-1, 1);
        _beginSum = (delegate* unmanaged<void*, void*, int, nint, nint, nint, nint*, int>)Entry("MPI_Iallreduce");
        _broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Entry("MPI_Bcast");
        _exchange = (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Entry("MPI_Alltoallv");
        _gather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Entry("MPI_Allgather");
        _wait = (delegate* unmanaged<nint*, nint, int>)Entry("MPI_Wait");
    }

    /// <summary>Where the library is looked for.</summary>
    public static IReadOnlyList<string> Names { get; } = ["libmpi.so.40", "libmpi.so.12", "libmpich.so.12"];

    /// <summary>float, double and long long as the library calls them, and bytes.</summary>
    public nint Float => Handle("ompi_mpi_float", 0x4c00040a);

    /// <inheritdoc cref="Float"/>
    public nint Double => Handle("ompi_mpi_double", 0x4c00080b);

    /// <inheritdoc cref="Float"/>
    public nint Int64 => Handle("ompi_mpi_int64_t", 0x4c00083a);

    private nint Byte => Handle("ompi_mpi_byte", 0x4c00010d);

    private nint Add => Handle("ompi_mpi_op_sum", 0x58000003);

    /// <summary>Loads the library and starts MPI.</summary>
    /// <param name="name">The file to load; null takes the first of <see cref="Names"/> that there is.</param>
    /// <exception cref="RankFailureException">There is none, or it does not start.</exception>
    public static MpiLibrary Start(string? name)
    {
        // UCX otherwise takes over the signal by which .NET finds null references.
        _ = MpiCalls.SetVariable("UCX_ERROR_SIGNALS", "", overwrite: 0);

        // Global: Open MPI's plug-ins look for its symbols.
        IReadOnlyList<string> names = name is null ? Names : [name];
        var library = names.Select(file => MpiCalls.Load(file, LazyAndGlobal)).FirstOrDefault(handle => handle != 0);
        if (library == 0)
        {
            throw new RankFailureException($"There is no MPI library here; looked for {string.Join(", ", names)}.");
        }

        var mpi = new MpiLibrary(library);
        int provided;
        var initialize = (delegate* unmanaged<nint, nint, int, int*, int>)mpi.Entry("MPI_Init_thread");
        mpi.Check(initialize(0, 0, Serialized, &provided), "MPI_Init_thread");
        if (provided < Serialized)
        {
            throw new MpiException($"the library takes calls of one thread alone (level {provided}; {Serialized} is needed)");
        }

        mpi.ReturnErrors();
        return mpi;
    }

    /// <summary>The library for the ranks that give one number here, in the order of their ranks; all ranks call it.</summary>
    public MpiLibrary Part(int number, int rank)
    {
        // MPICH's handles are numbers of four bytes.
        nint part = 0;
        var split = (delegate* unmanaged<nint, int, int, nint*, int>)Entry("MPI_Comm_split");
        Check(split(_world, number, rank, &part), "MPI_Comm_split");
        var library = new MpiLibrary(_library, part);
        library.ReturnErrors();
        return library;
    }

    /// <summary>Which of the ranks that MPI sees this one is, how many they are, and the library's name.</summary>
    public (int Rank, int Size, string Name) Describe()
    {
        int rank, size, length;
        var text = stackalloc byte[TextBytes];
        Check(((delegate* unmanaged<nint, int*, int>)Entry("MPI_Comm_rank"))(_world, &rank), "MPI_Comm_rank");
        Check(((delegate* unmanaged<nint, int*, int>)Entry("MPI_Comm_size"))(_world, &size), "MPI_Comm_size");
        Check(((delegate* unmanaged<byte*, int*, int>)Entry("MPI_Get_library_version"))(text, &length), "MPI_Get_library_version");
        return (rank, size, Encoding.UTF8.GetString(text, length).TrimEnd('\0').Split('\n', ',')[0]);
    }

    /// <summary>Begins to add up numbers in place.</summary>
    public nint BeginSum(void* numbers, int count, nint type)
    {
        nint request;
        Check(_beginSum((void*)_inPlace, numbers, count, type, Add, _world, &request), "MPI_Iallreduce");
        return request;
    }

    /// <summary>Waits for what was begun.</summary>
    public void Wait(nint request) => Check(_wait(&request, _noStatus), "MPI_Wait");

    /// <summary>Gives bytes of one rank to all.</summary>
    public void Broadcast(void* bytes, int count, int root) => Check(_broadcast(bytes, count, Byte, root, _world), "MPI_Bcast");

    /// <summary>Gets as many bytes of every rank.</summary>
    public void Gather(void* mine, void* all, int count) => Check(_gather(mine, count, Byte, all, count, Byte, _world), "MPI_Allgather");

    /// <summary>Sends each rank its bytes.</summary>
    public void Exchange(void* send, int[] sent_R, void* receive, int[] received_R)
    {
        fixed (int* sent = sent_R, sentAt = Starts(sent_R), received = received_R, receivedAt = Starts(received_R))
        {
            Check(_exchange(send, sent, sentAt, Byte, receive, received, receivedAt, Byte, _world), "MPI_Alltoallv");
        }
    }

    /// <summary>Leaves MPI; without it a launcher takes the end of the process for a crash.</summary>
    public void Finish() => _ = ((delegate* unmanaged<int>)Entry("MPI_Finalize"))();

    private void ReturnErrors()
    {
        var setHandler = (delegate* unmanaged<nint, nint, int>)Entry("MPI_Comm_set_errhandler");
        Check(setHandler(_world, Handle("ompi_mpi_errors_return", 0x54000001)), "MPI_Comm_set_errhandler");
    }

    private static int[] Starts(int[] counts)
    {
        var starts = new int[counts.Length];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = checked(starts[i - 1] + counts[i - 1]);
        }

        return starts;
    }

    private nint Handle(string openMpi, nint mpich) => _isOpenMpi ? Entry(openMpi) : mpich;

    private nint Entry(string name) => NativeLibrary.TryGetExport(_library, name, out var entry)
        ? entry
        : throw new RankFailureException($"The MPI library has no {name}.");

    private void Check(int code, string call)
    {
        if (code == 0)
        {
            return;
        }

        var length = 0;
        var text = stackalloc byte[TextBytes];
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Entry("MPI_Error_string"))(code, text, &length);
        throw new MpiException($"{call} says \"{Encoding.UTF8.GetString(text, length).Split('\n')[0].TrimEnd('.', ' ')}\"");
    }
}
