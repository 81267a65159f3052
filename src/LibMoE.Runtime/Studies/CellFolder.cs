namespace LibMoE.Runtime.Studies;

/// <summary>The folder of one cell of a study: one training, and what was found of its model.</summary>
internal sealed class CellFolder : ResultFolder
{
    private CellFolder(string path)
        : base(path)
    {
    }

    /// <summary>A folder that is there.</summary>
    /// <param name="path">Its path.</param>
    public static CellFolder At(string path) => new(path);

    /// <summary>A folder that is made where it is not there yet.</summary>
    /// <param name="path">Its path.</param>
    public static CellFolder Make(string path)
    {
        DiskFiles.Instance.CreateFolders(path);
        return new CellFolder(path);
    }

    /// <summary>Where a cell's training keeps what must outlive it.</summary>
    public TrainingStorage Storage => new(DiskFiles.Instance, Path);
}
