namespace LibMoE.Runtime.Distributed.C10d;

/// <summary>A group of libtorch, and where its ranks met.</summary>
/// <param name="Group">The name by which libtorch's operations find it.</param>
/// <param name="Store">The address of the store in which all ranks met, which lives as long as the process.</param>
/// <param name="Options">How they came together.</param>
internal sealed record C10dMeeting(string Group, nint Store, RankOptions Options);
