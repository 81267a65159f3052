using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting;

/// <summary>
/// The content of a cell's <c>origin.json</c>: by which program it was trained, when, and on how much text. It decides nothing, so it is no
/// part of <c>config.json</c>.
/// </summary>
/// <param name="TrainTokens">Tokens of the corpus to train on; 0 for other data, whose number is not known.</param>
/// <param name="HeldOutTokens">Tokens, or examples of other data, held out.</param>
/// <param name="Sittings">The processes that trained it, in order: several where it was stopped and continued.</param>
internal sealed record CellOrigin(long TrainTokens, long HeldOutTokens, IReadOnlyList<Sitting> Sittings)
{
    /// <summary>The file's name in a cell's folder.</summary>
    public const string FileName = "origin.json";

    /// <summary>Notes that a process begins or continues a cell.</summary>
    public static CellOrigin Begin(CellFolder folder, (long Train, long HeldOut) size, Sitting now, bool goesOn)
    {
        var origin = new CellOrigin(size.Train, size.HeldOut, [.. goesOn ? Find(folder)?.Sittings ?? [] : [], now]);
        origin.WriteTo(folder);
        return origin;
    }

    /// <summary>Notes when the process was done with it.</summary>
    public void End(CellFolder folder, DateTimeOffset ended) =>
        (this with { Sittings = [.. Sittings.SkipLast(1), Sittings[^1] with { Ended = ended }] }).WriteTo(folder);

    /// <summary>A full disk must not end a training run for the sake of this file.</summary>
    private void WriteTo(CellFolder folder) => folder.WriteIfPossible(FileName, JsonSerializer.Serialize(this, RunJson.Indented));

    /// <summary>What a cell's folder says; null where it says nothing that can be read.</summary>
    internal static CellOrigin? Find(CellFolder folder)
    {
        try
        {
            return folder.Read(FileName) is { } text ? JsonSerializer.Deserialize<CellOrigin>(text, RunJson.Indented) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One process' work on a cell.</summary>
/// <param name="Command">The command that started the program.</param>
/// <param name="Program">The program's version, with the commit after a plus sign where the build knew it.</param>
/// <param name="Libmoe">The runtime's version, likewise.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null where it was cut off.</param>
internal sealed record Sitting(string Command, string Program, string Libmoe, DateTimeOffset Started, DateTimeOffset? Ended = null);
