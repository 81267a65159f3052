namespace LibMoE.Runtime;

/// <summary>An item that was read but not used.</summary>
/// <param name="Place">File and line.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedItem(string Place, string Reason);
