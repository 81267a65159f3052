using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Studies;

/// <summary>The cells of a study in <c>cells.jsonl</c>: what <c>run-cell</c> may be asked for and <c>collect</c> looks for.</summary>
/// <param name="Cells">In the order of their indices.</param>
internal sealed record CellManifest(IReadOnlyList<ManifestCell> Cells)
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "cells.jsonl";

    /// <summary>Reads a run folder's manifest; null where it has none.</summary>
    /// <exception cref="InvalidDataException">The file is not a manifest.</exception>
    public static CellManifest? Find(StudyFolder folder)
    {
        if (folder.Read(FileName) is not { } text)
        {
            return null;
        }

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var cells = lines.Select((line, number) => Parse(line, number, folder)).ToList();
        return cells.Count > 0 ? new CellManifest(cells) : throw Wrong(folder, "it has no line.");
    }

    /// <summary>Writes the manifest whole.</summary>
    public void WriteTo(StudyFolder folder) =>
        folder.WriteShared(FileName, string.Join('\n', Cells.Select(cell => JsonSerializer.Serialize(cell, RunJson.Line))));

    /// <summary>Refuses a manifest with other cells.</summary>
    /// <param name="planned">The manifest that the settings give now.</param>
    /// <param name="folder">Where this one was read.</param>
    /// <exception cref="ConfigurationException">A cell differs.</exception>
    public void RefuseOther(CellManifest planned, StudyFolder folder)
    {
        if (Cells.Count != planned.Cells.Count)
        {
            throw new ConfigurationException(
                $"{folder.PathOf(FileName)} has {Cells.Count} cells, but these settings give {planned.Cells.Count}; use the settings "
                    + "that it was made with, or another --name.");
        }

        foreach (var (written, now) in Cells.Zip(planned.Cells)
            .Where(pair => pair.First.Hash != pair.Second.Hash || pair.First.Folder != pair.Second.Folder))
        {
            throw new ConfigurationException(
                $"Cell {written.Index} of {folder.PathOf(FileName)} is {written}, made with other settings than these, which give "
                    + $"{now}; use the same settings, or another --name.");
        }
    }

    private static ManifestCell Parse(string line, int number, StudyFolder folder)
    {
        try
        {
            var cell = JsonSerializer.Deserialize<ManifestCell>(line, RunJson.Indented);
            return cell is { Folder: not null, Hash: not null, Variant: not null, Settings: not null } && cell.Index == number
                ? cell
                : throw Wrong(folder, $"line {number + 1} is not cell {number}.");
        }
        catch (JsonException wrong)
        {
            throw Wrong(folder, $"line {number + 1}: {wrong.Message}");
        }
    }

    private static InvalidDataException Wrong(StudyFolder folder, string what) =>
        new($"{folder.PathOf(FileName)} does not hold the cells of a study: {what}");
}
