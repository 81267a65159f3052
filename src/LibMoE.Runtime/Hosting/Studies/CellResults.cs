using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>The results of a run folder's cells.</summary>
internal static class CellResults
{
    /// <summary>The result of a cell that is done: it has a <c>result.json</c>, and its <c>config.json</c> is the one
    /// that was planned.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="planned">The cell's line in the manifest.</param>
    /// <returns>Null where the cell is not done, or its result cannot be read.</returns>
    public static TrainingResult? Find(StudyFolder run, ManifestCell planned)
    {
        return HashIn(run, planned.Folder) == planned.Hash ? Read(CellFolder.At(run.PathOf(planned.Folder))) : null;
    }

    /// <summary>The result in a cell's folder; null where there is none, or it cannot be read.</summary>
    public static TrainingResult? Read(CellFolder cell)
    {
        try
        {
            return cell.Read(CellFiles.Result) is { } text ? JsonSerializer.Deserialize<TrainingResult>(text, RunJson.Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Refuses to write over what another configuration began.</summary>
    /// <exception cref="ConfigurationException">The cell's folder holds a <c>config.json</c> with other content.</exception>
    public static void RefuseOther(StudyFolder run, PlannedCell planned)
    {
        if (HashIn(run, planned.Row.Folder) is { } hash && hash != planned.Row.Hash)
        {
            var differences = JsonDifferences.Between(run.Read($"{planned.Row.Folder}/{CellFiles.Config}")!, planned.Config);
            throw new ConfigurationException(
                $"{run.PathOf(planned.Row.Folder)} was made with other settings ({differences}); use the same settings, "
                    + "or another --name.");
        }
    }

    private static string? HashIn(StudyFolder run, string folder) =>
        run.Read($"{folder}/{CellFiles.Config}") is { } config ? ManifestCell.HashOf(config) : null;
}
