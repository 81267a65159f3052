namespace LibMoE.Runtime;

/// <summary>Why the storage did not do what it was asked.</summary>
public enum StorageCause
{
    /// <summary>The device, or the user's share of it, is full.</summary>
    DiskFull,

    /// <summary>The file system takes no writes.</summary>
    ReadOnly,

    /// <summary>The user may not do this to this file.</summary>
    PermissionDenied,

    /// <summary>There is no such file or folder.</summary>
    NotFound,

    /// <summary>Something of that name is there already.</summary>
    AlreadyExists,

    /// <summary>Another process holds the file.</summary>
    InUse,

    /// <summary>The file would be larger, or its name longer, than the system allows.</summary>
    TooLarge,

    /// <summary>The device failed.</summary>
    DeviceError,

    /// <summary>The bytes are not what they should be.</summary>
    Damaged,

    /// <summary>Something else; the message has the system's own words.</summary>
    Other,
}
