namespace LibMoE.Dashboard.Pages;

/// <summary>What stands above every page: where one is, and where else one can go.</summary>
internal static class SiteHeader
{
    private static readonly (string Id, string Address, string Title)[] Places =
    [
        ("run", "/", "Watched run"),
        ("runs", "/runs", "All runs"),
    ];

    /// <summary>Its styles.</summary>
    public static string Style { get; } = PageFiles.Read("dashboard.css");

    /// <summary>Its HTML.</summary>
    /// <param name="here">Where one is.</param>
    public static string Html(string here) =>
        "<a class=\"skip\" href=\"#main\">To the content</a>\n<nav class=\"site\" aria-label=\"LibMoE\">"
        + string.Concat(Places.Select(place =>
            $"<a href=\"{place.Address}\"{(place.Id == here ? " aria-current=\"page\"" : "")}>{place.Title}</a>"))
        + "</nav>\n<aside id=\"notes\" aria-label=\"Alerts\"></aside>\n";
}
