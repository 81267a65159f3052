using Spectre.Console;

namespace LibMoE.Runtime.Hosting;

/// <summary>Shows what whoever loads a model should know of it.</summary>
internal static class LoadedNotes
{
    /// <summary>Writes a model's notes, one a line.</summary>
    public static void WriteNotes(this IAnsiConsole console, LoadedModel loaded)
    {
        foreach (var note in loaded.Notes)
        {
            console.WriteLine($"{loaded.Name}: {note}");
        }
    }
}
