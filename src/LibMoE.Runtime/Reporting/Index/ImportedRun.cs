using System.Text.Json;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Reporting.Index;

/// <summary>The content of <c>imported.json</c>: where a run came from that no program of ours trained.</summary>
/// <param name="File">The export's file name.</param>
/// <param name="Sha256">Its hash, 64 lower-case hexadecimal digits.</param>
/// <param name="Form">Which form of export it was, such as <c>W&amp;B chart</c>.</param>
internal sealed record ImportedRun(string File, string Sha256, string Form)
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = "imported.json";

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Indented);
}
