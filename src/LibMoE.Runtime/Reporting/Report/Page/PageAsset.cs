using System.Reflection;
using LibMoE.Runtime.Analysis.Pages;

namespace LibMoE.Runtime.Reporting.Report.Page;

/// <summary>The styles and scripts that the assembly carries as resources.</summary>
internal static class PageAsset
{
    private const string Prefix = "LibMoE.Report.";

    /// <summary>The scripts in the order that the page runs them.</summary>
    private static readonly string[] Scripts =
        ["theme.js", "tabs.js", "choices.js", "download.js", "table.js", "scroll.js", "charts.js", "line.js", "heat.js",
            "interval.js", "plane.js", "explorer.js", "start.js"];

    private const string LibraryEnd = "Object.defineProperty(t,\"__esModule\",{value:!0})})";

    /// <summary>What is said about the chart library, whose own notices its minified form lacks.</summary>
    public const string ChartLibraryNotice =
        "Apache ECharts 6.0.0, https://echarts.apache.org, Copyright 2017-2026 The Apache Software Foundation, Apache License 2.0";

    /// <summary>The style sheet.</summary>
    public static string Style { get; } = ExpertColours.Css + Read("report.css");

    /// <summary>The page's own script.</summary>
    public static string Script { get; } = string.Concat(Scripts.Select(Read));

    /// <summary>Apache ECharts, without what the package that brings it has put after the library.</summary>
    public static string ChartLibrary { get; } = Read("echarts.js").Split(LibraryEnd)[0] + LibraryEnd + ";";

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"The assembly lacks the resource {Prefix}{name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
