using Spectre.Console;

namespace LibMoE.Runtime.Reporting;

/// <summary>Lines that stay whole however wide they are: paths and reasons are copied, and searched for.</summary>
internal static class ConsoleLines
{
    /// <summary>Writes a line without folding it at the console's width.</summary>
    public static void WriteWhole(this IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);
}
