namespace LibMoE.Runtime;

/// <summary>How much of an image is looked at when conversations are read.</summary>
public enum ImageCheck
{
    /// <summary>Whether its file is there.</summary>
    Exists,

    /// <summary>Whether it can be decoded to the last pixel.</summary>
    Decodes,
}

/// <summary>How conversations are read.</summary>
public sealed record ConversationOptions
{
    /// <summary>The folder that images lie in; the folder of the file where it is empty.</summary>
    public string ImageFolder { get; init; } = "";

    /// <summary>How much of each image is looked at before training.</summary>
    public ImageCheck Images { get; init; } = ImageCheck.Exists;

    /// <summary>Leaves out what cannot be used, counted and with its reason in <see cref="ConversationFile.Refused"/>; otherwise the first
    /// of them is an error.</summary>
    public bool SkipRefused { get; init; }
}

/// <summary>A conversation that cannot be used.</summary>
/// <param name="Id">What the data call it.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record RefusedConversation(string Id, string Reason);
