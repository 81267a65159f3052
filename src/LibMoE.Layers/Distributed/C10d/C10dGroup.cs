using System.Runtime.InteropServices;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>Makes libtorch's process group, through the small native library that the build makes of the C++ beside this file.</summary>
internal static partial class C10dGroup
{
    /// <summary>The version whose memory group.cpp knows.</summary>
    public const string TorchVersion = "2.10.0";

    /// <summary>The native library.</summary>
    public const string Library = "moe_c10d";

    private static readonly string[] Names =
    [
        "_ZN4c10d11all_reduce_ERN2at6TensorENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES8_",
        "_ZN4c10d10broadcast_ERN2at6TensorElNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
        "_ZN4c10d17all_to_all_singleERKN2at6TensorEN3c108ArrayRefINS4_6SymIntEEES7_NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
        "_ZN4c10d11wait_tensorERKN2at6TensorE",
        "torch_call_dispatcher",
    ];

    /// <summary>Why this process cannot have a group of libtorch; null where it can.</summary>
    public static string? Problem
    {
        get
        {
            if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            {
                return "libtorch's collectives are used on Linux on x64 only; set the engine to Mpi";
            }

            if (!HasCollectives)
            {
                return $"this libtorch is not {TorchVersion}, whose process groups are known here; set the engine to Mpi";
            }

            return NativeLibrary.TryLoad(Library, typeof(C10dGroup).Assembly, null, out _)
                ? null
                : $"lib{Library}.so is missing: the build makes it where g++ is; install g++ and build again, or set the engine to Mpi";
        }
    }

    /// <summary>Joins the other ranks.</summary>
    /// <exception cref="RankFailureException">The group cannot be made here, or not all ranks came.</exception>
    public static unsafe Ranks Join(RankPlace place, RankOptions options)
    {
        if (Problem is { } problem)
        {
            throw new RankFailureException($"The ranks cannot come together: {problem}.");
        }

        var loopback = place.Address is RankPlace.Loopback or "localhost";
        if (loopback)
        {
            // Gloo otherwise takes the address of the machine's name, which others may reach.
            _ = SetVariable("GLOO_SOCKET_IFNAME", "lo", overwrite: 0);
        }

        // libtorch keeps groups by their names for as long as the process lives.
        var name = $"moe {place.Port}";
        var message = stackalloc byte[NativeText.Length];
        var code = Join(
            name, loopback ? RankPlace.Loopback : place.Address, place.Port, place.Rank, place.Size, Milliseconds(options.JoinSeconds),
            Milliseconds(options.LimitSeconds), loopback ? 1 : 0, options.Check ? 1 : 0, out var met, message, NativeText.Length);
        return NativeText.Reason(code, message) is { } reason
            ? throw new RankFailureException(
                $"rank {place.Rank} of {place.Size} could not join the others at {place.Address}:{place.Port}: {reason}.")
            : new C10dRanks(new C10dMeeting(name, met, options), place.Rank, place.Size);
    }

    /// <summary>Makes a group of some of the ranks that have joined; all of them call it.</summary>
    /// <param name="whole">The group of all.</param>
    /// <param name="name">The part's, which no other has.</param>
    /// <param name="rank">Which of the part's ranks this is.</param>
    /// <param name="size">How many they are.</param>
    /// <exception cref="RankFailureException">Not all of them came.</exception>
    public static unsafe C10dMeeting Part(C10dMeeting whole, string name, int rank, int size)
    {
        var message = stackalloc byte[NativeText.Length];
        var options = whole.Options;
        var code = Part(
            whole.Store, name, rank, size, Milliseconds(options.LimitSeconds), options.Check ? 1 : 0, message, NativeText.Length);
        return NativeText.Reason(code, message) is { } reason
            ? throw new RankFailureException($"rank {rank} of {size} of {name} could not join the others of it: {reason}.")
            : whole with { Group = name };
    }

    /// <summary>Whether libtorch has what collectives.cpp calls; the names say the types.</summary>
    private static bool HasCollectives =>
        TorchLibrary.Handle is { } library && Names.All(name => NativeLibrary.TryGetExport(library, name, out _));

    private static long Milliseconds(double seconds) => (long)(seconds * 1000);

    [LibraryImport(Library, EntryPoint = "moe_c10d_join", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Join(
        string name, string host, int port, int rank, int size, long joinMilliseconds, long limitMilliseconds, int loopback, int check,
        out nint met, byte* message, int length);

    [LibraryImport(Library, EntryPoint = "moe_c10d_part", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Part(
        nint met, string name, int rank, int size, long limitMilliseconds, int check, byte* message, int length);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
