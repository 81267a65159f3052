namespace LibMoE.Runtime.Distributed;

/// <summary>A sum that an engine has begun.</summary>
internal interface IPendingSum : IDisposable
{
    /// <summary>Comes back when it is done; always true.</summary>
    bool Wait();
}
