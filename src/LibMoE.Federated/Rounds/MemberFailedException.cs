namespace LibMoE.Federated.Rounds;

/// <summary>A member does not do what it was asked: the round goes on without it.</summary>
/// <param name="reason">Why, to follow its name.</param>
internal sealed class MemberFailedException(string reason) : Exception(reason);
