using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace LibMoE.Dashboard.Tests;

/// <summary>A headless Chromium that is installed on the machine; tests skip where there is none.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    /// <summary>In milliseconds, and far beyond what anything here takes: a machine may have other tests to run beside these.</summary>
    private const float Patience = 5 * 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where screenshots are left for a person to look at.</summary>
    public static string Screenshots { get; } = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screenshots")).FullName;

    private static string? Program =>
        Places.Prepend(Environment.GetEnvironmentVariable("LIBMOE_CHROMIUM") ?? "").FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Program is { } program)
        {
            _playwright = await Playwright.CreateAsync();
            // In a container there is no sandbox to have, and little shared memory.
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Args = ["--no-sandbox", "--disable-dev-shm-usage"],
                Timeout = Patience,
            });
        }
    }

    public async Task DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }

    /// <summary>Opens a page and notes everything that it complains of and asks for.</summary>
    public async Task<OpenPage> Open(string address, int width = 1280, ColorScheme theme = ColorScheme.Light)
    {
        Skip.If(_browser is null, "No Chromium is installed (Debian: apt-get install chromium); LIBMOE_CHROMIUM names one elsewhere.");
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = theme,
            AcceptDownloads = true,
        });
        page.SetDefaultTimeout(Patience);
        var open = new OpenPage(page);
        await page.GotoAsync(address);
        return open;
    }
}

/// <summary>A page and what it said.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    // Told by the browser at any time, also while a test reads them.
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly ConcurrentQueue<string> _requests = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _errors.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Request += (_, request) => _requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and what scripts threw.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Every address that was asked for, the page's own included.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Shows a tab.</summary>
    public async Task Tab(string id) => await Page.ClickAsync($"#tab-{id}");

    /// <summary>The charts that are on the screen, each with the number of shapes in it and the number of marks that its figures
    /// make at least.</summary>
    public async Task<IReadOnlyList<DrawnChart>> Charts() => await Page.EvaluateAsync<DrawnChart[]>(
        """
        () => [...document.querySelectorAll(".plot[data-chart]")].filter(plot => plot.offsetParent !== null).map(plot => {
          const chart = report.figures.charts[plot.dataset.chart];
          const column = name => report.charts.column(chart, name);
          const values = column(chart.value ?? chart.y.value ?? chart.y).filter(value => value !== null).length;
          const curves = chart.kind === "line" ? new Set(column(chart.series).map((name, row) => name + (chart.line ? column(chart.line)[row] : ""))).size : 0;
          return {
            id: plot.dataset.chart,
            shapes: [...plot.querySelectorAll("svg path, svg circle, svg rect, svg polyline")].filter(shape => {
              const box = shape.getBoundingClientRect();
              return (box.width > 0 || box.height > 0) && (shape.getAttribute("fill") !== "none" || shape.getAttribute("stroke") !== null);
            }).length,
            marks: chart.kind === "line" ? curves : values,
          };
        })
        """);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}

/// <summary>A chart on the screen.</summary>
public sealed class DrawnChart
{
    public string Id { get; set; } = "";

    public int Shapes { get; set; }

    public int Marks { get; set; }
}
