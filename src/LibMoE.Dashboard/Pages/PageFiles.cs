using System.Reflection;

namespace LibMoE.Dashboard.Pages;

/// <summary>The styles and scripts that the assembly carries as resources.</summary>
internal static class PageFiles
{
    /// <summary>The text of one.</summary>
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("LibMoE.Dashboard." + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
