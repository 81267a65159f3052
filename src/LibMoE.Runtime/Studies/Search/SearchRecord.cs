using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Studies.Search;

/// <summary>The content of <c>search.json</c>, which tells the folder of a search from that of a study.</summary>
/// <param name="Strategy">What chose the trials.</param>
/// <param name="Budget">In trainings of all steps.</param>
/// <param name="Halving">η; 0 for none.</param>
/// <param name="Seed">The seed of what was drawn.</param>
internal sealed record SearchRecord(string Strategy, int Budget, int Halving, int Seed)
{
    /// <summary>The file's name in a run folder.</summary>
    public const string FileName = "search.json";

    /// <summary>Whether a run folder is that of a search.</summary>
    public static bool IsIn(StudyFolder folder) => File.Exists(folder.PathOf(FileName));

    /// <summary>Writes the file.</summary>
    public void WriteTo(StudyFolder folder) => folder.Write(FileName, JsonSerializer.Serialize(this, RunJson.Indented));
}
